using System.Text.Json.Serialization;
using Forage.Cli.Frame;

namespace Forage.Cli.Reproductions;

/// <summary>The object <c>reproduce --json</c> prints.</summary>
internal sealed record ReproduceOutput(string Name, bool Quick, ulong Seed, string Version, IReadOnlyList<MeasuredRow> Rows, IReadOnlyList<MeasuredTarget> Targets, IReadOnlyList<SkippedTarget> Skipped);

/// <summary>Source-generated JSON of reproductions.</summary>
[JsonSerializable(typeof(ReproduceOutput))]
internal sealed partial class ReproduceJson : JsonSerializerContext
{
    /// <summary>In the form of all our JSON.</summary>
    public static ReproduceJson Readable => field ??= new ReproduceJson(JsonStyle.NewOptions());
}
