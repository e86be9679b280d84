using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Quantiles.Kernel;
using Forage.Quantiles.Linear;
using Forage.Quantiles.Quanting;
using Forage.Quantiles.Trees;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary><c>inspect</c> of a model of quantiles.</summary>
internal static class InspectQuantiles
{
    public static int Run(string path, TrainedModel model, Session session)
    {
        var (recipe, quantiles) = (model.Recipe, model.Quantiles!);
        using var whole = JsonDocument.Parse(recipe.ToJson());
        string method = (recipe.Quantiles?.Method ?? default).ToString().ToLowerInvariant();
        var output = new InspectQuantilesOutput(path, new FileInfo(path).Length, "quantile", method, InputFormats.NameOf(recipe.Format), recipe.Version, recipe.Seed, recipe.Examples,
            whole.RootElement.TryGetProperty("Quantiles", out var own) ? own.Clone() : null, [.. quantiles.Model.Levels], quantiles.Columns.Count, quantiles.Model.Lowest, quantiles.Model.Highest, [.. Parts(quantiles.Model)]);
        if (session.Json) session.WriteJson(output, InspectQuantilesJson.Readable.InspectQuantilesOutput);
        else Print(output, session.Out);
        return ExitCode.Fine;
    }

    private static IEnumerable<QuantilePart> Parts(Quantiles.IQuantileModel model)
    {
        switch (model)
        {
            case QuantileBlend blend:
                for (int m = 0; m < blend.Models.Count; m++)
                {
                    foreach (var part in Parts(blend.Models[m])) yield return part with { Name = $"{part.Name} of model {m + 1}" };
                    for (int l = 0; l < blend.Levels.Count; l++) yield return new($"weight in {Numbers.Plain(blend.Levels[l])}", blend.Weight(l, m));
                }
                break;
            case QuantingModel quanting:
                yield return new("thresholds", quanting.Mesh.Count);
                yield return new("sets of classifiers", quanting.Classifiers.Count);
                var trees = quanting.Classifiers.OfType<ClassifierBank>().SelectMany(b => b.Classifiers).SelectMany(c => c switch { DecisionTree t => [t], BaggedTrees b => b.Trees, _ => (IEnumerable<DecisionTree>)[] }).ToList();
                var boosted = quanting.Classifiers.Select(c => c is KernelFeatureModel { Inner: var inner } ? inner : c).OfType<SlotBoostModel>().ToList();
                if (trees.Count + boosted.Count == 0) break;
                yield return new("trees", trees.Count + boosted.Sum(b => b.Trees));
                yield return new("leaves", trees.Sum(t => (long)t.Leaves) + boosted.Sum(b => (long)b.Leaves));
                break;
            case KernelQuantileModel kernel:
                yield return new("rows kept", kernel.Rows);
                for (int l = 0; l < kernel.Levels.Count; l++)
                {
                    yield return new($"C of {Numbers.Plain(kernel.Levels[l])}", kernel.C[l]);
                    yield return new($"gamma of {Numbers.Plain(kernel.Levels[l])}", kernel.Gamma[l]);
                }
                break;
            case LinearQuantileModel linear:
                for (int l = 0; l < linear.Levels.Count; l++) yield return new($"intercept of {Numbers.Plain(linear.Levels[l])}", linear.Coefficients(l)[^1]);
                break;
        }
    }

    private static void Print(InspectQuantilesOutput o, TextWriter to)
    {
        void Line(string what, string value) => to.WriteLine($"{what,-22} {value}");
        Line("model", $"{o.Model} ({Numbers.Bytes(o.Bytes)})");
        Line("task", $"{o.Task}, method {o.Method}");
        Line("format of its input", o.Format);
        Line("learnt from", $"{Numbers.Count(o.Examples)} examples with {Numbers.Count(o.Features)} features, seed {o.Seed}, Forage {o.Version}");
        Line("quantiles", string.Join(", ", o.Levels.Select(Numbers.Plain)));
        Line("range of targets", $"{Numbers.Plain(o.Lowest)} to {Numbers.Plain(o.Highest)}");
        foreach (var part in o.Parts) Line(part.Name, part.Value.ToString("#,0.######", CultureInfo.InvariantCulture));
        if (o.Recipe is not { } recipe) return;
        to.WriteLine("recipe");
        foreach (var p in recipe.EnumerateObject()) to.WriteLine($"  {p.Name,-20} {p.Value}");
    }
}

/// <summary>What <c>inspect</c> tells of a model of quantiles.</summary>
internal sealed record InspectQuantilesOutput(string Model, long Bytes, string Task, string Method, string Format, string Version, ulong Seed, long Examples, JsonElement? Recipe, IReadOnlyList<double> Levels, int Features,
    double Lowest, double Highest, IReadOnlyList<QuantilePart> Parts);

/// <summary>A number about a model.</summary>
internal sealed record QuantilePart(string Name, double Value);

/// <summary>Source-generated JSON of <c>inspect</c> of a model of quantiles.</summary>
[JsonSerializable(typeof(InspectQuantilesOutput))]
internal sealed partial class InspectQuantilesJson : JsonSerializerContext
{
    public static InspectQuantilesJson Readable => field ??= new InspectQuantilesJson(JsonStyle.NewOptions());
}
