using System.Runtime.CompilerServices;
using Forage.Extreme.Embedding.Internals;
using Forage.Features;
using Forage.Linear.Internals;

namespace Forage.Extreme.Embedding;

/// <summary>
/// Scores of many labels from a dense vector: h(x) = act(c Σ_f x_f E_f + b) ∈ R^d from sparse features, s_y = h · W_y + b_y for label y; the policy class of Lopez,
/// Dhillon, Jordan 2021 ("Learning from eXtreme Bandit Feedback", section 5) with their dense features replaced by learnt sums. c is <see cref="EmbeddingOptions.Scale"/>
/// over the row's length.
/// </summary>
/// <remarks>
/// Scoring p labels costs O(p d). Tables are native memory that the system hands out as it is touched: labels never trained (W_y = 0) take no room.
/// Reading is safe from several threads while no <see cref="EmbeddingTrainer"/> steps.
/// </remarks>
public sealed unsafe partial class EmbeddingSoftmax : IDisposable
{
    private readonly WeightTable _features; // columns x width; empty for a given vector
    private readonly WeightTable _encoderBias; // width
    private readonly WeightTable _labels; // labels x width
    private readonly float[] _labelBias;

    /// <summary>A model that knows nothing: random feature vectors, label vectors of 0.</summary>
    /// <param name="options">What it is like.</param>
    /// <param name="columns">Which features it knows; for <see cref="EncoderKind.Given"/> exactly one a dimension.</param>
    /// <param name="labels">Number of labels.</param>
    public EmbeddingSoftmax(EmbeddingOptions options, FeatureColumns columns, int labels) : this(options, columns, labels, random: true) { }

    private EmbeddingSoftmax(EmbeddingOptions options, FeatureColumns columns, int labels, bool random)
    {
        options.Validate();
        EmbeddingThrow.Require(labels >= 1, "number of labels", labels, "at least 1");
        if (options.Encoder == EncoderKind.Given)
            EmbeddingThrow.Require(columns.Count == options.Dimension, "number of columns of given vectors", columns.Count, $"the dimension, {options.Dimension}");
        (Options, Columns, LabelCount) = (options, columns, labels);
        Width = VectorKernels.Padded(options.Dimension);
        _features = new WeightTable(options.Encoder == EncoderKind.Sum ? (long)columns.Count * Width : 0);
        _encoderBias = new WeightTable(Width);
        _labels = new WeightTable((long)labels * Width);
        _labelBias = new float[labels];
        if (!random) return;
        Array.Fill(_labelBias, options.InitialBias);
        if (options.Encoder == EncoderKind.Sum && options.InitialScale > 0) Randomize();
    }

    /// <summary>What the model is like.</summary>
    public EmbeddingOptions Options { get; }

    /// <summary>Which features it knows.</summary>
    public FeatureColumns Columns { get; }

    /// <summary>Number of labels.</summary>
    public int LabelCount { get; }

    /// <summary>Dimension d.</summary>
    public int Dimension => Options.Dimension;

    /// <summary>Length of the span a hidden vector is put in: d rounded up to a multiple of 16, zeros after d.</summary>
    public int Width { get; }

    /// <summary>Vector of a label, d numbers.</summary>
    public ReadOnlySpan<float> LabelVector(int label) => new(Label(Checked(label)), Dimension);

    /// <summary>Bias of a label.</summary>
    public float LabelBias(int label) => _labelBias[Checked(label)];

    /// <summary>Makes rows ready for many uses.</summary>
    public InputRows Prepare(FeatureBlock rows) => new(Options, Columns, rows);

    /// <summary>h(x) of a row as it comes; the same bits as from prepared rows.</summary>
    /// <param name="x">The row; features that the model does not know are left out.</param>
    /// <param name="hidden">Receives <see cref="Width"/> numbers.</param>
    public void Encode(scoped in FeatureRow x, Span<float> hidden)
    {
        hidden = hidden[..Width];
        hidden.Clear();
        double square = 0;
        fixed (float* h = hidden)
        {
            for (int g = 0; g < x.GroupCount; g++)
            {
                var group = x.Group(g);
                for (int i = group.Start; i < group.End; i++)
                {
                    int column = Columns.Of(x.Indices[i]);
                    float value = column < 0 ? 0 : InputRows.Treat(Options.Values, x.Values[i]);
                    if (value == 0) continue;
                    if (!Columns.Weights.IsEmpty) value *= Columns.Weights[column];
                    square += (double)value * value;
                    AddFeature(column, value, h);
                }
            }
            Finish(InputRows.FactorOf(Options, square), h);
        }
    }

    /// <summary>h(x) of a prepared row.</summary>
    public void Encode(InputRows rows, int row, Span<float> hidden)
    {
        fixed (float* h = hidden[..Width]) Encode(rows, row, h);
    }

    /// <summary>Scores of labels.</summary>
    /// <param name="hidden">h(x), <see cref="Width"/> numbers.</param>
    /// <param name="labels">Labels asked for; empty: all of them.</param>
    /// <param name="scores">Receives a score a label asked for.</param>
    public void Score(ReadOnlySpan<float> hidden, ReadOnlySpan<int> labels, Span<float> scores)
    {
        hidden = hidden[..Width];
        scores = scores[..(labels.IsEmpty ? LabelCount : labels.Length)];
        fixed (float* h = hidden, s = scores)
        {
            if (labels.IsEmpty)
            {
                ScoreRange(h, 0, LabelCount, s);
            }
            else
            {
                foreach (int label in labels) Checked(label);
                fixed (int* l = labels) Score(h, l, labels.Length, s);
            }
        }
    }

    /// <summary>A copy that shares nothing that changes.</summary>
    public EmbeddingSoftmax Clone()
    {
        var copy = new EmbeddingSoftmax(Options, Columns, LabelCount, random: false);
        DenseTable.Copy(_features, copy._features);
        DenseTable.Copy(_encoderBias, copy._encoderBias);
        DenseTable.Copy(_labels, copy._labels);
        _labelBias.CopyTo(copy._labelBias, 0);
        return copy;
    }

    /// <summary>Frees the tables.</summary>
    public void Dispose()
    {
        _features.Dispose();
        _encoderBias.Dispose();
        _labels.Dispose();
    }

    internal WeightTable FeatureTable => _features;

    internal WeightTable EncoderBiasTable => _encoderBias;

    internal WeightTable LabelTable => _labels;

    internal float[] LabelBiases => _labelBias;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float* Label(int label) => _labels.Data + (long)label * Width;

    internal void Encode(InputRows rows, int row, float* hidden)
    {
        VectorKernels.Clear(hidden, Width);
        for (int i = rows.Starts[row]; i < rows.Starts[row + 1]; i++) AddFeature(rows.Columns[i], rows.Values[i], hidden);
        Finish(rows.Factors[row], hidden);
    }

    internal void Score(float* hidden, int* labels, int count, float* scores)
    {
        for (int i = 0; i < count; i++) scores[i] = VectorKernels.Dot(hidden, Label(labels[i]), Width) + _labelBias[labels[i]];
    }

    internal void ScoreRange(float* hidden, int first, int count, float* scores)
    {
        for (int i = 0; i < count; i++) scores[i] = VectorKernels.Dot(hidden, Label(first + i), Width) + _labelBias[first + i];
    }

    private void AddFeature(int column, float value, float* hidden)
    {
        if (Options.Encoder == EncoderKind.Given) hidden[column] += value;
        else VectorKernels.AddScaled(value, _features.Data + (long)column * Width, hidden, Width);
    }

    private void Finish(float factor, float* hidden)
    {
        VectorKernels.ScaleAndAdd(factor, hidden, _encoderBias.Data, Width);
        if (Options.Activation == Activation.Relu) VectorKernels.Rectify(hidden, Width);
    }

    private int Checked(int label)
    {
        if ((uint)label >= (uint)LabelCount) EmbeddingThrow.BadLabel(label, LabelCount);
        return label;
    }

    // Uniform with the asked-for standard deviation: half a draw a number.
    private void Randomize()
    {
        var rng = new Rng(Options.Seed);
        float range = 2 * MathF.Sqrt(3) * Options.InitialScale / (1L << 32);
        for (int c = 0; c < Columns.Count; c++)
        {
            float* row = _features.Data + (long)c * Width;
            for (int i = 0; i < Dimension; i += 2)
            {
                ulong bits = rng.NextUInt64();
                row[i] = (int)bits * range;
                if (i + 1 < Dimension) row[i + 1] = (int)(bits >> 32) * range;
            }
        }
    }
}
