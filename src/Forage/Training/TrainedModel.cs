using Forage.Extreme.Tree;
using Forage.Linear;
using Forage.Multiclass.Trees;
using Forage.Persistence;

namespace Forage.Training;

/// <summary>A model as it stands in a file: a recipe, then what was learnt (a linear learner and perhaps the names of its features, a label tree, a tree over classes, or quantiles).</summary>
public sealed class TrainedModel : IDisposable
{
    private readonly LinearLearner? _learner;

    /// <summary>A model of linear learners.</summary>
    public TrainedModel(ModelRecipe recipe, LinearLearner learner, FeatureNames? names) => (Recipe, _learner, Names) = (recipe, learner, names);

    /// <summary>A model that is a label tree.</summary>
    public TrainedModel(ModelRecipe recipe, SparseLabelTree tree) => (Recipe, Tree) = (recipe, tree);

    /// <summary>A model that is a tree over classes.</summary>
    public TrainedModel(ModelRecipe recipe, IClassTree tree) => (Recipe, ClassTree) = (recipe, tree);

    /// <summary>A model of quantiles.</summary>
    public TrainedModel(ModelRecipe recipe, TrainedQuantiles quantiles) => (Recipe, Quantiles) = (recipe, quantiles);

    /// <summary>Tag of the chunk a model of this kind begins with.</summary>
    public const string Tag = "RECP";

    /// <summary>What it predicts, how its input is read, how it came about.</summary>
    public ModelRecipe Recipe { get; set; }

    /// <summary>The label tree; null in a model of linear learners.</summary>
    public SparseLabelTree? Tree { get; }

    /// <summary>The tree over classes; null in other models.</summary>
    public IClassTree? ClassTree { get; }

    /// <summary>The quantiles; null in other models.</summary>
    public TrainedQuantiles? Quantiles { get; }

    /// <summary>The weights and their updates, in a model of linear learners.</summary>
    public LinearLearner Learner => _learner ?? throw new InvalidOperationException("The model has no linear learner.");

    /// <summary>Number of classes or labels it tells apart; 1 for numbers and two classes; the number of quantiles.</summary>
    public int Outputs => Tree?.LabelCount ?? ClassTree?.Classes ?? Quantiles?.Model.Levels.Count ?? Learner.Slots;

    /// <summary>How its regressors learn online; null for a label tree and for quantiles.</summary>
    public LinearOptions? Learning => Tree is not null || Quantiles is not null ? null : ClassTree?.Options.Learner ?? Learner.Options;

    /// <summary>Names of features, if they were kept.</summary>
    public FeatureNames? Names { get; }

    /// <summary>Writes the model to a stream.</summary>
    public void Save(Stream stream)
    {
        using var writer = new ModelWriter(stream);
        writer.BeginChunk(Tag, 1);
        writer.Write(Recipe.ToJson());
        writer.EndChunk();
        _learner?.Save(writer);
        Tree?.Save(writer);
        if (ClassTree is { } tree) Multiclass.Trees.ClassTree.Save(tree, writer);
        Quantiles?.Save(writer);
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
    /// <param name="predictOnly">What only learning needs may be left out.</param>
    public static TrainedModel Load(Stream stream, string name, bool predictOnly = false)
    {
        var reader = new ModelReader(stream, name);
        if (reader.PeekChunk() != Tag) throw new ForageException($"'{name}' is a Forage model, but not one made by learning from examples.");
        reader.BeginChunk(Tag, 1);
        var recipe = ModelRecipe.FromJson(reader.ReadString());
        reader.EndChunk();
        if (reader.PeekChunk() == SparseLabelTree.Tag) return new TrainedModel(recipe, SparseLabelTree.Load(reader));
        if (Multiclass.Trees.ClassTree.IsNext(reader)) return new TrainedModel(recipe, Multiclass.Trees.ClassTree.Load(reader, predictOnly));
        if (reader.PeekChunk() == TrainedQuantiles.Tag) return new TrainedModel(recipe, TrainedQuantiles.Load(reader));
        var learner = LinearLearner.Load(reader);
        return new TrainedModel(recipe, learner, FeatureNames.LoadIfPresent(reader));
    }

    /// <summary>Reads a model from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="predictOnly">What only learning needs may be left out: a tree over classes is read faster, takes less memory, and can neither learn nor be saved.</param>
    /// <exception cref="ForageException">The file is missing, cut off, damaged, or of a newer version.</exception>
    public static TrainedModel Load(string path, bool predictOnly = false)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            return Load(stream, path, predictOnly);
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
    public void Dispose()
    {
        _learner?.Dispose();
        ClassTree?.Dispose();
    }
}
