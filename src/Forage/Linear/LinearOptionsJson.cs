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
    /// <exception cref="ForageException">They are none.</exception>
    public static LinearOptions FromJson(string json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, Default.LinearOptions) is { Interactions: not null } options) return options;
        }
        catch (JsonException e)
        {
            throw new ForageException($"The recipe of the learner is damaged: {e.Message}", e);
        }
        throw new ForageException("The recipe of the learner is empty.");
    }
}
