using System.Runtime.Intrinsics;
using Forage.Search.Internals;
using Forage.Search.Tasks;

namespace Forage.Search;

/// <summary>
/// The structured perceptron (Collins 2002), the closest competitor of paper 06: the best label sequence by Viterbi's algorithm under scores of tokens and of
/// neighbouring labels; where it is wrong, features of the right sequence gain 1 and those of the predicted one lose 1; predictions by the average of the
/// weights. A token costs O(k f + k²) for k labels and f features, against O(k f) of a greedy search.
/// </summary>
public sealed unsafe class StructuredPerceptron : IDisposable
{
    private readonly ActionTable _table;
    private readonly Scorer _scorer;
    private readonly int _labels, _width;
    private readonly float[] _transitions, _sums; // from label (the start last) to label, a row of _width each
    private float[] _best = [];
    private int[] _from = [], _path = [];
    private long _time;

    /// <summary>One that knows nothing yet.</summary>
    /// <param name="labels">Number of labels.</param>
    public StructuredPerceptron(int labels) : this(new ActionTable(labels, learns: true)) { }

    private StructuredPerceptron(ActionTable table)
    {
        (_table, _scorer, _labels, _width) = (table, new Scorer(table.Actions), table.Actions, table.Width);
        (_transitions, _sums) = (new float[(_labels + 1) * _width], new float[(_labels + 1) * _width]);
    }

    /// <summary>Features with weights.</summary>
    public int Features => _table.Features;

    /// <summary>Learns from a sentence; tokens whose label is not known make it be passed over.</summary>
    /// <returns>Number of labels that were wrong before.</returns>
    public int Learn(TokenSequence x)
    {
        if (x.Labels.IsEmpty || x.Labels.Contains(-1)) return 0;
        _time++;
        var predicted = Best(x);
        int wrong = 0;
        for (int t = 0; t < x.Length; t++)
        {
            int right = x.Label(t), lastRight = t == 0 ? _labels : x.Label(t - 1), last = t == 0 ? _labels : predicted[t - 1];
            if (right != predicted[t])
            {
                wrong++;
                _table.Add(x[t], right, 1, _time);
                _table.Add(x[t], predicted[t], -1, _time);
            }
            if (right == predicted[t] && lastRight == last) continue;
            Move(lastRight, right, 1);
            Move(last, predicted[t], -1);
        }
        return wrong;
    }

    /// <summary>The best labels of a sentence, in <see cref="TokenSequence.Predicted"/>.</summary>
    public void Predict(TokenSequence x) => Best(x).CopyTo(x.Predicted);

    /// <summary>One with the average of the weights so far, which learns no more.</summary>
    public StructuredPerceptron Averaged()
    {
        var averaged = new StructuredPerceptron(_table.Frozen(average: true, _time));
        for (int i = 0; i < _transitions.Length; i++) averaged._transitions[i] = _transitions[i] - (_time > 0 ? _sums[i] / _time : 0);
        return averaged;
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    /// <summary>Score of a label sequence, of which <see cref="Predict"/> finds the greatest.</summary>
    internal double Score(TokenSequence x, ReadOnlySpan<int> labels)
    {
        double sum = 0;
        for (int t = 0; t < x.Length; t++)
        {
            sum += _transitions[(t == 0 ? _labels : labels[t - 1]) * _width + labels[t]];
            foreach (uint f in x[t]) sum += _table.Weight(f, labels[t]);
        }
        return sum;
    }

    private void Move(int from, int to, float change)
    {
        _transitions[from * _width + to] += change;
        _sums[from * _width + to] += change * _time;
    }

    private ReadOnlySpan<int> Best(TokenSequence x)
    {
        int n = x.Length;
        if (_best.Length < 2 * _width) _best = new float[2 * _width];
        if (_from.Length < n * _width) _from = new int[n * _width];
        if (_path.Length < n) _path = new int[n];
        var now = _best.AsSpan(0, _width);
        var next = _best.AsSpan(_width, _width);
        for (int t = 0; t < n; t++)
        {
            _scorer.Score(_table, x[t], default);
            var scores = _scorer.Scores(_width);
            for (int y = 0; y < _width; y += 16) Column(t, y, now, scores, next);
            var swap = now;
            now = next;
            next = swap;
        }
        int best = 0;
        for (int y = 1; y < _labels && n > 0; y++)
            if (now[y] > now[best]) best = y;
        for (int t = n - 1; t >= 0; t--)
        {
            _path[t] = best;
            best = _from[t * _width + best];
        }
        return _path.AsSpan(0, n);
    }

    /// <summary>Best sequences that end in labels y to y + 15 at token t.</summary>
    private void Column(int t, int y, ReadOnlySpan<float> now, ReadOnlySpan<float> scores, Span<float> next)
    {
        var unary = Vector512.Create(scores[y..]);
        if (t == 0)
        {
            (unary + Vector512.Create(_transitions.AsSpan(_labels * _width + y))).CopyTo(next[y..]);
            return;
        }
        var top = Vector512.Create(float.NegativeInfinity);
        var from = Vector512<int>.Zero;
        for (int last = 0; last < _labels; last++)
        {
            var s = Vector512.Create(now[last]) + Vector512.Create(_transitions.AsSpan(last * _width + y));
            var better = Vector512.GreaterThan(s, top);
            top = Vector512.ConditionalSelect(better, s, top);
            from = Vector512.ConditionalSelect(better.AsInt32(), Vector512.Create(last), from);
        }
        (top + unary).CopyTo(next[y..]);
        from.CopyTo(_from.AsSpan(t * _width + y));
    }
}
