using Forage.Features;

namespace Forage.Simulation.Internals;

/// <summary>
/// Which labels the rows of a synthetic set have. Every label occurs a given number of times; occurrences are sorted by topic, a part of them shuffled away, and cut
/// into rows, so labels of one topic occur together; labels that occur twice in a row are exchanged with others drawn at random.
/// </summary>
internal sealed class LabelAssignment
{
    private const int MostTries = 256;
    private const double Strays = 0.3; // share of occurrences outside their topic's rows

    private readonly int[] _labels;
    private readonly int[] _starts;
    private readonly int[] _order;

    /// <summary>Assigns labels to rows.</summary>
    /// <param name="counts">Occurrences of each label.</param>
    /// <param name="topics">Topic of each label.</param>
    /// <param name="topicCount">Number of topics.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="rng">Source of randomness.</param>
    public LabelAssignment(ReadOnlySpan<int> counts, ReadOnlySpan<int> topics, int topicCount, int rows, Rng rng)
    {
        _labels = ByTopic(counts, topics, topicCount, rng.Fork(1));
        _starts = Cut(_labels.Length, rows, counts.Length, rng.Fork(2));
        Stray(rng.Fork(3));
        Separate(rng.Fork(4));
        _order = new int[rows];
        for (int i = 0; i < rows; i++) _order[i] = i;
        var shuffle = rng.Fork(5);
        shuffle.Shuffle<int>(_order);
    }

    /// <summary>Number of rows.</summary>
    public int Rows => _order.Length;

    /// <summary>Labels of a row, in no order; very rarely one twice.</summary>
    public ReadOnlySpan<int> this[int row] => Block(_order[row]);

    private ReadOnlySpan<int> Block(int block) => _labels.AsSpan(_starts[block], _starts[block + 1] - _starts[block]);

    private static int[] ByTopic(ReadOnlySpan<int> counts, ReadOnlySpan<int> topics, int topicCount, Rng rng)
    {
        int[] ends = new int[topicCount + 1];
        for (int l = 0; l < counts.Length; l++) ends[topics[l] + 1] += counts[l];
        for (int t = 0; t < topicCount; t++) ends[t + 1] += ends[t];
        int[] labels = new int[ends[topicCount]], next = ends[..topicCount];
        for (int l = 0; l < counts.Length; l++)
            for (int n = 0; n < counts[l]; n++) labels[next[topics[l]]++] = l;
        for (int t = 0; t < topicCount; t++) rng.Shuffle(labels.AsSpan(ends[t], ends[t + 1] - ends[t]));
        return labels;
    }

    // Rows of 1 + Poisson labels, then one more or less at random rows until all are used up; fewer occurrences than rows leave rows empty.
    private static int[] Cut(int total, int rows, int labels, Rng rng)
    {
        int[] sizes = new int[rows];
        int least = total >= rows ? 1 : 0;
        double mean = Math.Max(0, (double)total / rows - least);
        long sum = 0;
        for (int i = 0; i < rows; i++) sum += sizes[i] = Math.Min(labels, least + Poisson(mean, ref rng));
        while (sum != total)
        {
            int i = rng.NextInt(rows), change = sum < total ? 1 : -1;
            if (sizes[i] + change < least || sizes[i] + change > labels) continue;
            sizes[i] += change;
            sum += change;
        }
        int[] starts = new int[rows + 1];
        for (int i = 0; i < rows; i++) starts[i + 1] = starts[i] + sizes[i];
        return starts;
    }

    private static int Poisson(double mean, ref Rng rng)
    {
        int n = 0;
        for (double time = rng.NextExponential(); time < mean; time += rng.NextExponential()) n++;
        return n;
    }

    private void Stray(Rng rng)
    {
        var chosen = new List<int>((int)(Strays * _labels.Length) + 16);
        for (int i = 0; i < _labels.Length; i++)
            if (rng.NextDouble() < Strays) chosen.Add(i);
        for (int i = chosen.Count - 1; i > 0; i--)
        {
            int a = chosen[i], b = chosen[rng.NextInt(i + 1)];
            (_labels[a], _labels[b]) = (_labels[b], _labels[a]);
        }
    }

    private void Separate(Rng rng)
    {
        int[] blockOf = new int[_labels.Length];
        for (int b = 0; b + 1 < _starts.Length; b++) blockOf.AsSpan(_starts[b], _starts[b + 1] - _starts[b]).Fill(b);
        for (int b = 0; b + 1 < _starts.Length; b++)
        {
            for (int s = _starts[b] + 1; s < _starts[b + 1]; s++)
            {
                for (int tries = 0; tries < MostTries && _labels.AsSpan(_starts[b], s - _starts[b]).Contains(_labels[s]); tries++)
                {
                    int other = rng.NextInt(_labels.Length);
                    if (blockOf[other] == b || Block(blockOf[other]).Contains(_labels[s]) || Block(b).Contains(_labels[other])) continue;
                    (_labels[s], _labels[other]) = (_labels[other], _labels[s]);
                }
            }
        }
    }
}
