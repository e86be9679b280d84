using System.Text.Json;
using System.Text.Json.Serialization;

namespace Forage.Extreme.Tree;

/// <summary>Options of a label tree as JSON, the form in which models keep them.</summary>
[JsonSourceGenerationOptions(WriteIndented = false, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LabelTreeOptions))]
public sealed partial class LabelTreeOptionsJson : JsonSerializerContext
{
    /// <summary>Options as JSON.</summary>
    public static string ToJson(LabelTreeOptions options) => JsonSerializer.Serialize(options, Default.LabelTreeOptions);

    /// <summary>Options from JSON.</summary>
    /// <exception cref="ForageException">They are not options this version understands.</exception>
    public static LabelTreeOptions FromJson(string json)
    {
        try
        {
            return (JsonSerializer.Deserialize(json, Default.LabelTreeOptions) ?? throw new ForageException("The recipe of the label tree is empty.")).Validated();
        }
        catch (JsonException e)
        {
            throw new ForageException($"The recipe of the label tree is not one that this version understands: {e.Message}", e);
        }
    }
}
