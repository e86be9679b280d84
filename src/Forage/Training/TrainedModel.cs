using Forage.Linear;
using Forage.Persistence;

namespace Forage.Training;

/// <summary>A model as it stands in a file: recipe, learner, and perhaps the names of its features.</summary>
public sealed class TrainedModel(ModelRecipe recipe, LinearLearner learner, FeatureNames? names) : IDisposable
{
    /// <summary>Tag of the chunk a model of this kind begins with.</summary>
    public const string Tag = "RECP";

    /// <summary>What it predicts, how its input is read, how it came about.</summary>
    public ModelRecipe Recipe { get; set; } = recipe;

    /// <summary>The weights and their updates.</summary>
    public LinearLearner Learner { get; } = learner;

    /// <summary>Names of features, if they were kept.</summary>
    public FeatureNames? Names { get; } = names;

    /// <summary>Writes the model to a stream.</summary>
    public void Save(Stream stream)
    {
        using var writer = new ModelWriter(stream);
        writer.BeginChunk(Tag, 1);
        writer.Write(Recipe.ToJson());
        writer.EndChunk();
        Learner.Save(writer);
        Names?.Save(writer);
        writer.Finish();
    }

    /// <summary>Writes the model to a file, which is replaced only once the new one is whole.</summary>
    public void Save(string path)
    {
        string partial = path + ".partial";
        try
        {
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16)) Save(stream);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot write the model '{path}': {e.Message}", e);
        }
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">The file's content.</param>
    /// <param name="name">What to call it in messages.</param>
    public static TrainedModel Load(Stream stream, string name)
    {
        var reader = new ModelReader(stream, name);
        if (reader.PeekChunk() != Tag) throw new ForageException($"'{name}' is a Forage model, but not one made by learning from examples.");
        reader.BeginChunk(Tag, 1);
        var recipe = ModelRecipe.FromJson(reader.ReadString());
        reader.EndChunk();
        var learner = LinearLearner.Load(reader);
        return new TrainedModel(recipe, learner, FeatureNames.LoadIfPresent(reader));
    }

    /// <summary>Reads a model from a file.</summary>
    /// <exception cref="ForageException">The file is missing, cut off, damaged, or of a newer version.</exception>
    public static TrainedModel Load(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            return Load(stream, path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ForageException($"There is no model '{path}'.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForageException($"Cannot read the model '{path}': {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Learner.Dispose();
}
