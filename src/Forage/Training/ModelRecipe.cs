using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Forage.Data;

namespace Forage.Training;

/// <summary>
/// Everything about a model that its weights do not say: what it predicts, how its input is read, how it came about. It is stored whole in the
/// model, so that predicting needs no option repeated.
/// </summary>
public sealed record ModelRecipe
{
    /// <summary>What it predicts.</summary>
    public required TaskKind Task { get; init; }

    /// <summary>Format of the text it was learnt from; the default for predicting.</summary>
    public required InputFormat Format { get; init; }

    /// <summary>How sets of labels were learnt; null for other tasks and for <see cref="LabelMethod.Oaa"/>.</summary>
    public LabelMethod? Method { get; init; }

    /// <summary>Which quantiles were learnt and how; null for other tasks.</summary>
    public QuantileRecipe? Quantiles { get; init; }

    /// <summary>Number of the first class: 1, or 0 if the labels begin there.</summary>
    public int FirstClass { get; init; }

    /// <summary>Importance of an example for the regressor of its own class, one against all; null for 1 and for other tasks.</summary>
    public float? PositiveWeight { get; init; }

    /// <summary>Names of the classes in the order of their numbers; null if the numbers are their names.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>How CSV is read, every column declared; null for other formats.</summary>
    public CsvOptions? Csv { get; init; }

    /// <summary>Seed it was made with.</summary>
    public ulong Seed { get; init; }

    /// <summary>Version of Forage it was last learnt with.</summary>
    public string Version { get; init; } = ForageVersion.Text;

    /// <summary>Examples learnt from, over all passes and sessions.</summary>
    public long Examples { get; init; }

    /// <summary>Passes over data, over all sessions.</summary>
    public int Passes { get; init; }

    /// <summary>Name of a class.</summary>
    public string NameOfClass(int label) => Classes is { } names && (uint)(label - FirstClass) < (uint)names.Count ? names[label - FirstClass] : label.ToString(CultureInfo.InvariantCulture);

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ModelRecipeJson.Default.ModelRecipe);

    /// <summary>From JSON.</summary>
    /// <exception cref="ForageException">It is not a recipe this version understands.</exception>
    public static ModelRecipe FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ModelRecipeJson.Default.ModelRecipe) ?? throw new ForageException("The recipe of the model is empty.");
        }
        catch (JsonException e)
        {
            throw new ForageException($"The recipe of the model is not one that Forage {ForageVersion.Text} understands: {e.Message}", e);
        }
    }
}

/// <summary>Source-generated JSON of recipes.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelRecipe))]
internal sealed partial class ModelRecipeJson : JsonSerializerContext;
