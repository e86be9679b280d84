using Forage.Extreme.Embedding;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Tests.Extreme.Embedding;

/// <summary>The model by itself: the formula, files, copies.</summary>
public class EmbeddingSoftmaxTests
{
    [Theory]
    [InlineData(InputValues.AsGiven, true, false)]
    [InlineData(InputValues.Binary, false, true)]
    [InlineData(InputValues.Logarithmic, true, true)]
    public void Scores_are_the_formula(InputValues values, bool normalize, bool weights)
    {
        var (rows, _) = EmbeddingCases.Random(50, seed: 6);
        var options = new EmbeddingOptions { Dimension = 19, Values = values, Normalize = normalize, Scale = 0.6f };
        using var model = new EmbeddingSoftmax(options, FeatureColumns.From(rows, minimum: 2, inverseFrequency: weights), EmbeddingCases.Labels);
        for (int y = 0; y < EmbeddingCases.Labels; y++) EmbeddingCases.Label(model, y)[y % 19] = 1 + y;
        var prepared = model.Prepare(rows);
        float[] hidden = new float[model.Width], again = new float[model.Width], scores = new float[EmbeddingCases.Labels], some = new float[2];
        for (int r = 0; r < rows.RowCount; r++)
        {
            model.Encode(rows[r], hidden);
            model.Encode(prepared, r, again);
            Assert.Equal(hidden, again);
            double[] expected = new double[19];
            double square = 0;
            var row = rows[r];
            foreach (int i in Enumerable.Range(row.Group(0).Start, row.Group(0).Count))
            {
                int column = model.Columns.Of(row.Indices[i]);
                if (column < 0) continue;
                double v = row.Values[i];
                v = values switch { InputValues.Binary => 1, InputValues.Logarithmic => Math.Sign(v) * Math.Log(1 + Math.Abs(v)), _ => v };
                if (weights) v *= model.Columns.Weights[column];
                square += v * v;
                for (int j = 0; j < 19; j++) expected[j] += v * EmbeddingCases.Feature(model, column)[j];
            }
            for (int j = 0; j < 19; j++) Assert.Equal(Math.Max(0, expected[j] * 0.6 / (normalize && square > 0 ? Math.Sqrt(square) : 1)), hidden[j], 1e-4);
            Assert.All(hidden[19..], x => Assert.Equal(0, x));
            model.Score(hidden, [], scores);
            for (int y = 0; y < EmbeddingCases.Labels; y++) Assert.Equal(hidden[y % 19] * (1 + y) + model.LabelBias(y), scores[y], 1e-4f);
            model.Score(hidden, [7, 3], some);
            Assert.Equal([scores[7], scores[3]], some);
        }
    }

    [Fact]
    public void Files_bring_back_every_bit()
    {
        var (rows, _) = EmbeddingCases.Random(50, seed: 6);
        using var model = EmbeddingCases.Model(rows, new EmbeddingOptions { Dimension = 19, Values = InputValues.Logarithmic, InitialBias = -2, Seed = 77 });
        EmbeddingCases.Label(model, 4).Clear();
        byte[] saved = EmbeddingCases.Saved(model);
        using var loaded = EmbeddingCases.Loaded(saved);
        Assert.Equal(saved, EmbeddingCases.Saved(loaded));
        Assert.Equal(model.Options, loaded.Options);
        using var copy = model.Clone();
        Assert.Equal(saved, EmbeddingCases.Saved(copy));
        float[] hidden = new float[19 + 13], a = new float[EmbeddingCases.Labels], b = new float[EmbeddingCases.Labels];
        model.Encode(rows[3], hidden);
        model.Score(hidden, [], a);
        loaded.Encode(rows[3], hidden);
        loaded.Score(hidden, [], b);
        Assert.Equal(a, b);
        saved[saved.Length / 2] ^= 1;
        Assert.Throws<ForageException>(() => EmbeddingCases.Loaded(saved));
    }

    [Fact]
    public void Given_vectors_are_the_hidden_vector()
    {
        var rows = new FeatureBlock();
        var writer = new RowWriter(rows);
        writer.BeginRow();
        writer.BeginGroup(FeatureGroup.Default);
        writer.AddRange([0, 1, 2, 9], [3, -1, 2, 100]);
        writer.EndGroup();
        writer.EndRow();
        var options = new EmbeddingOptions { Dimension = 3, Encoder = EncoderKind.Given, Activation = Activation.None, Normalize = false };
        using var model = new EmbeddingSoftmax(options, FeatureColumns.Direct(3), 5);
        float[] hidden = new float[model.Width];
        model.Encode(rows[0], hidden);
        Assert.Equal([3, -1, 2], hidden[..3]);
        Assert.Throws<ForageException>(() => new EmbeddingSoftmax(options, FeatureColumns.Direct(4), 5));
    }

    [Fact]
    public void Columns_know_their_features()
    {
        var (rows, _) = EmbeddingCases.Random(300, seed: 6);
        var columns = FeatureColumns.From(rows);
        Assert.Equal(EmbeddingCases.Features, columns.Count);
        Assert.Equal(columns.Count, Enumerable.Range(0, EmbeddingCases.Features).Select(f => columns.Of(EmbeddingCases.Hash(f))).Distinct().Count());
        Assert.Equal(-1, columns.Of(4));
        Assert.Equal(5, FeatureColumns.Direct(6).Of(5));
        Assert.Equal(-1, FeatureColumns.Direct(6).Of(6));
        Assert.Equal(0x2B, FeatureColumns.Masked(6).Of(0xFFFFFFEB));
        foreach (var kind in new[] { columns, FeatureColumns.Direct(6), FeatureColumns.Masked(6), FeatureColumns.From(new FeatureBlock()) })
        {
            var stream = new MemoryStream();
            using (var writer = new ModelWriter(stream))
            {
                kind.Save(writer);
                writer.Finish();
            }
            stream.Position = 0;
            var loaded = FeatureColumns.Load(new ModelReader(stream, "columns"));
            Assert.Equal(kind.Count, loaded.Count);
            for (uint i = 0; i < 100; i++) Assert.Equal(kind.Of(i * 2654435761u + 12345), loaded.Of(i * 2654435761u + 12345));
        }
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        static string Message(EmbeddingOptions o) => Assert.Throws<ForageException>(() => new EmbeddingSoftmax(o, FeatureColumns.Direct(3), 5)).Message;
        Assert.Contains("0", Message(new EmbeddingOptions { Dimension = 0 }));
        Assert.Contains("NaN", Message(new EmbeddingOptions { Scale = float.NaN }));
        Assert.Contains("-1", Message(new EmbeddingOptions { InitialScale = -1 }));
        Assert.Contains("0", Assert.Throws<ForageException>(() => new EmbeddingTrainerOptions { LearningRate = 0 }.Validate()).Message);
        Assert.Contains("1", Assert.Throws<ForageException>(() => new EmbeddingTrainerOptions { Beta2 = 1 }.Validate()).Message);
    }
}
