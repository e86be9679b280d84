using System.Text.Json;
using System.Text.Json.Serialization;

namespace Forage.Linear;

/// <summary>The recipe of a linear learner as JSON, the form in which models keep it.</summary>
[JsonSourceGenerationOptions(WriteIndented = false, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LinearOptions))]
public sealed partial class LinearOptionsJson : JsonSerializerContext
{
    /// <summary>Options as JSON.</summary>
    public static string ToJson(LinearOptions options) => JsonSerializer.Serialize(options, Default.LinearOptions);

    /// <summary>Options from JSON.</summary>
    public static LinearOptions FromJson(string json) => JsonSerializer.Deserialize(json, Default.LinearOptions) ?? throw new ForageException("The recipe of the learner is empty.");
}
