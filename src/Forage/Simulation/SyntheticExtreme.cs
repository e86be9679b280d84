using System.Runtime.InteropServices;
using Forage.Features;
using Forage.Simulation.Internals;

namespace Forage.Simulation;

/// <summary>Takes in one row of a synthetic set.</summary>
/// <param name="labels">Its labels, ascending.</param>
/// <param name="indices">Its features, ascending.</param>
/// <param name="values">Their values.</param>
public delegate void ExtremeRow(ReadOnlySpan<int> labels, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values);

/// <summary>
/// A synthetic extreme multilabel set of a given <see cref="ExtremeShape"/>, row by row and the same for the same seed: for measuring what real sets of that size, which
/// cannot be had everywhere, would cost, with features that labels can be learnt from.
/// </summary>
/// <remarks>
/// Labels occur n_r = max(1, c/(r + q)) times (Zipf-Mandelbrot with a floor of one), which fits rows, labels a row, labels and the head's share exactly; they belong to topics of 50 and 70 % of a row's labels
/// are of one topic. A label's prototype is six words of its own and six of its topic. Of a row's words a share <see cref="ExtremeShape.Signal"/> comes from its labels' prototypes,
/// the rest from Zipf's law over the vocabulary. Values are (1 + ln tf) · idf, length 1, rounded to four decimals as they are written.
/// </remarks>
public sealed class SyntheticExtreme
{
    /// <summary>Words of a prototype.</summary>
    public const int PrototypeSize = OwnWords + TopicWords;

    private const int OwnWords = 6;
    private const int TopicWords = 6;
    private const int TopicSize = 50;

    private readonly Rng _rng;
    private readonly int[] _counts;
    private readonly int[] _topics;
    private readonly int _topicCount;
    private readonly float[] _idf;

    /// <summary>A set of the given shape.</summary>
    public SyntheticExtreme(ExtremeShape shape, ulong seed = 1)
    {
        Shape = shape.Validated();
        _rng = new Rng(seed).Fork(0xE7);
        long total = (long)Math.Round(shape.Train * shape.LabelsPerRow);
        int[] byRank = ZipfCounts.Of(shape.Labels, total, Math.Max(1, Math.Round(shape.HeadShare * shape.Train)));
        int[] names = new int[shape.Labels];
        for (int l = 0; l < names.Length; l++) names[l] = l;
        var shuffle = _rng.Fork(1);
        shuffle.Shuffle<int>(names);
        _counts = new int[shape.Labels];
        for (int r = 0; r < names.Length; r++) _counts[names[r]] = byRank[r];
        _topicCount = Math.Max(1, shape.Labels / TopicSize);
        _topics = new int[shape.Labels];
        shuffle.Shuffle<int>(names);
        for (int l = 0; l < names.Length; l++) _topics[names[l]] = l % _topicCount;
        _idf = Rarity(shape);
    }

    /// <summary>Its shape.</summary>
    public ExtremeShape Shape { get; }

    /// <summary>Training rows each label occurs in.</summary>
    public ReadOnlySpan<int> LabelCounts => _counts;

    /// <summary>The words of a label's prototype: its own, then its topic's; now and then one twice.</summary>
    /// <param name="label">The label.</param>
    /// <param name="words">Receives <see cref="PrototypeSize"/> features.</param>
    public void Prototype(int label, Span<uint> words)
    {
        var own = _rng.Fork(2).Fork((ulong)label);
        var topic = _rng.Fork(3).Fork((ulong)_topics[label]);
        for (int k = 0; k < OwnWords; k++) words[k] = (uint)own.NextInt(Shape.Features);
        for (int k = 0; k < TopicWords; k++) words[OwnWords + k] = (uint)topic.NextInt(Shape.Features);
    }

    /// <summary>Makes the training rows.</summary>
    /// <param name="each">Told each row in turn.</param>
    /// <param name="rows">How many; 0: as many as the shape says. With other numbers labels occur in proportion.</param>
    /// <param name="cancellation">Stops it.</param>
    public void Train(ExtremeRow each, int rows = 0, CancellationToken cancellation = default) => Make(each, rows > 0 ? rows : Shape.Train, 4, cancellation);

    /// <summary>Makes the test rows: other rows of the same labels.</summary>
    /// <inheritdoc cref="Train(ExtremeRow, int, CancellationToken)"/>
    public void Test(ExtremeRow each, int rows = 0, CancellationToken cancellation = default) => Make(each, rows > 0 ? rows : Shape.Test, 5, cancellation);

    /// <summary>The training rows in memory.</summary>
    /// <param name="rows">How many; 0: as many as the shape says.</param>
    public SupervisedSet TrainSet(int rows = 0)
    {
        var set = new SupervisedSet();
        Train(Into(set), rows);
        return set;
    }

    /// <summary>The test rows in memory.</summary>
    /// <inheritdoc cref="TrainSet"/>
    public SupervisedSet TestSet(int rows = 0)
    {
        var set = new SupervisedSet();
        Test(Into(set), rows);
        return set;
    }

    private ExtremeRow Into(SupervisedSet set)
    {
        set.Declare(Shape.Labels);
        return (labels, indices, values) => set.Add(labels, indices, values);
    }

    private void Make(ExtremeRow each, int rows, ulong part, CancellationToken cancellation)
    {
        var rng = _rng.Fork(part);
        var assignment = new LabelAssignment(rows == Shape.Train && part == 4 ? _counts : Scaled(rows, rng.Fork(1)), _topics, _topicCount, rows, rng.Fork(2));
        var text = rng.Fork(3);
        var writer = new RowText(this);
        for (int i = 0; i < rows; i++)
        {
            if (i % 1024 == 0) cancellation.ThrowIfCancellationRequested();
            writer.Write(assignment[i], text.Fork((ulong)i), each);
        }
    }

    // In proportion to the rows, rounded up with the probability that keeps the mean.
    private int[] Scaled(int rows, Rng rng)
    {
        int[] counts = new int[_counts.Length];
        for (int l = 0; l < counts.Length; l++) counts[l] = Math.Min(rows, (int)((double)_counts[l] * rows / Shape.Train + rng.NextDouble()));
        return counts;
    }

    // idf of a word drawn with probability 1/((f + 1) ln V) for each of a row's noise words.
    private static float[] Rarity(ExtremeShape shape)
    {
        var idf = new float[shape.Features];
        double noise = Math.Max(1, shape.WordsPerRow * (1 - shape.Signal)), log = Math.Log(shape.Features + 1);
        for (int f = 0; f < idf.Length; f++)
        {
            double share = Math.Min(1, noise / ((f + 1) * log));
            idf[f] = (float)Math.Log((shape.Train + 1.0) / (1 + share * shape.Train) + 0.05);
        }
        return idf;
    }

    /// <summary>Makes the features of rows, reusing its memory.</summary>
    private sealed class RowText(SyntheticExtreme set)
    {
        private readonly uint[] _prototype = new uint[PrototypeSize];
        private readonly List<int> _labels = [];
        private readonly List<uint> _words = [];
        private readonly List<float> _values = [];
        private readonly double _logVocabulary = Math.Log(set.Shape.Features + 1);

        public void Write(ReadOnlySpan<int> labels, Rng rng, ExtremeRow each)
        {
            _labels.Clear();
            foreach (int label in labels)
                if (!_labels.Contains(label)) _labels.Add(label);
            _labels.Sort();
            _words.Clear();
            int all = Math.Max(4, (int)Math.Round(set.Shape.WordsPerRow * Math.Exp(0.3 * rng.NextGaussian() - 0.045)));
            int signal = _labels.Count == 0 ? 0 : (int)Math.Round(all * set.Shape.Signal);
            for (int k = 0; k < _labels.Count; k++) AddWords(_labels[k], signal / _labels.Count + (k < signal % _labels.Count ? 1 : 0), ref rng);
            while (_words.Count < all) _words.Add((uint)Math.Min(set.Shape.Features - 1, (int)Math.Exp(rng.NextDouble() * _logVocabulary) - 1));
            _words.Sort();
            Weigh();
            each(CollectionsMarshal.AsSpan(_labels), CollectionsMarshal.AsSpan(_words), CollectionsMarshal.AsSpan(_values));
        }

        private void AddWords(int label, int count, ref Rng rng)
        {
            if (count == 0) return;
            set.Prototype(label, _prototype);
            for (int k = 0; k < count; k++) _words.Add(_prototype[rng.NextInt(PrototypeSize)]);
        }

        // Counts equal neighbours, then (1 + ln tf) · idf to length 1, in steps of 0.0001.
        private void Weigh()
        {
            _values.Clear();
            double squares = 0;
            int kept = 0;
            for (int i = 0; i < _words.Count;)
            {
                int next = i + 1;
                while (next < _words.Count && _words[next] == _words[i]) next++;
                float value = (1 + MathF.Log(next - i)) * set._idf[_words[i]];
                _words[kept++] = _words[i];
                _values.Add(value);
                squares += (double)value * value;
                i = next;
            }
            _words.RemoveRange(kept, _words.Count - kept);
            double scale = 1e4 / Math.Sqrt(squares);
            for (int i = 0; i < kept; i++) _values[i] = Math.Max(1, (int)Math.Round(_values[i] * scale)) / 10_000f;
        }
    }
}
