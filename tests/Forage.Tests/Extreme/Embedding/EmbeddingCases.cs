using Forage.Extreme;
using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Tests.Extreme.Embedding;

/// <summary>Small problems and models that the tests of embeddings share.</summary>
internal static class EmbeddingCases
{
    public const int Features = 37, Labels = 29;

    /// <summary>Rows of random features with hashed indices; each has 1 to 3 right labels.</summary>
    public static (FeatureBlock Rows, LabelSets Right) Random(int count, ulong seed, int labels = Labels)
    {
        var rng = new Rng(seed);
        var rows = new FeatureBlock();
        var writer = new RowWriter(rows);
        var right = new LabelSets();
        right.Declare(labels);
        for (int r = 0; r < count; r++)
        {
            writer.BeginRow();
            writer.BeginGroup(FeatureGroup.Default);
            int n = 1 + rng.NextInt(8);
            for (int i = 0; i < n; i++) writer.Add(Hash(rng.NextInt(Features)), (float)(rng.NextDouble() * 3 - 1));
            writer.EndGroup();
            writer.EndRow();
            right.Add(Distinct(1 + rng.NextInt(3), labels, ref rng));
        }
        return (rows, right);
    }

    public static uint Hash(int feature) => (uint)feature * 2654435761u + 12345;

    public static int[] Distinct(int count, int labels, ref Rng rng)
    {
        var set = new SortedSet<int>();
        while (set.Count < count) set.Add(rng.NextInt(labels));
        return [.. set];
    }

    /// <summary>A model whose every number is random, so that no gradient is 0 by chance.</summary>
    public static EmbeddingSoftmax Model(FeatureBlock rows, EmbeddingOptions options, ulong seed = 5, int labels = Labels)
    {
        var model = new EmbeddingSoftmax(options, FeatureColumns.From(rows), labels);
        var rng = new Rng(seed);
        for (int y = 0; y < labels; y++)
        {
            model.LabelBiases[y] = (float)rng.NextGaussian() * 0.3f;
            for (int j = 0; j < model.Dimension; j++) Label(model, y)[j] = (float)rng.NextGaussian() * 0.5f;
        }
        for (int j = 0; j < model.Dimension; j++) Bias(model)[j] = (float)rng.NextGaussian() * 0.3f;
        return model;
    }

    public static unsafe Span<float> Label(EmbeddingSoftmax model, int label) => new(model.LabelTable.Data + (long)label * model.Width, model.Width);

    public static unsafe Span<float> Feature(EmbeddingSoftmax model, int column) => new(model.FeatureTable.Data + (long)column * model.Width, model.Width);

    public static unsafe Span<float> Bias(EmbeddingSoftmax model) => new(model.EncoderBiasTable.Data, model.Width);

    public static byte[] Saved(EmbeddingSoftmax model)
    {
        var stream = new MemoryStream();
        using (var writer = new ModelWriter(stream))
        {
            model.Save(writer);
            writer.Finish();
        }
        return stream.ToArray();
    }

    public static EmbeddingSoftmax Loaded(byte[] bytes)
    {
        var reader = new ModelReader(new MemoryStream(bytes), "model");
        var model = EmbeddingSoftmax.Load(reader);
        reader.Finish();
        return model;
    }

    /// <summary>Candidates of each example: its right labels and some others.</summary>
    public static LabelSets Candidates(LabelSets right, int others, ulong seed)
    {
        var rng = new Rng(seed);
        var candidates = new LabelSets();
        candidates.Declare(right.LabelCount);
        for (int i = 0; i < right.Count; i++)
        {
            int[] labels = [.. right[i].ToArray().Concat(Distinct(others, right.LabelCount, ref rng)).Distinct()];
            rng.Shuffle<int>(labels);
            candidates.Add(labels);
        }
        return candidates;
    }
}
