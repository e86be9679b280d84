using System.Numerics.Tensors;
using Forage.Persistence;

namespace Forage.Quantiles.Trees.Internals;

/// <summary>A tree whose leaves hold a number a slot. A missing value goes the way that was better in training.</summary>
/// <param name="features">Column asked about by each inner node.</param>
/// <param name="cuts">Goes left if x ≤ cut.</param>
/// <param name="children">Left and right child of each inner node: an inner node, or ~leaf.</param>
/// <param name="missingLeft">Where missing values go.</param>
/// <param name="values">Leaves × slots.</param>
/// <param name="slots">Number of slots.</param>
internal sealed class SlotTree(int[] features, float[] cuts, int[] children, bool[] missingLeft, float[] values, int slots)
{
    public int Leaves => values.Length / slots;

    public void CountSplits(Span<int> splits)
    {
        foreach (int f in features) splits[f]++;
    }

    /// <summary>Adds the leaves' numbers to the scores of rows.</summary>
    public void AddTo(ReadOnlySpan<float> rows, int columns, int count, Span<float> scores)
    {
        for (int i = 0; i < count; i++)
        {
            var own = scores.Slice(i * slots, slots);
            TensorPrimitives.Add(own, values.AsSpan(LeafOf(rows.Slice(i * columns, columns)) * slots, slots), own);
        }
    }

    public int LeafOf(ReadOnlySpan<float> row)
    {
        if (features.Length == 0) return 0;
        int at = 0;
        while (at >= 0)
        {
            float x = row[features[at]];
            bool left = x <= cuts[at] || float.IsNaN(x) && missingLeft[at];
            at = children[2 * at + (left ? 0 : 1)];
        }
        return ~at;
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(features);
        writer.Write(cuts);
        writer.Write(children);
        writer.Write(Array.ConvertAll(missingLeft, m => m ? 1 : 0));
        writer.Write(values);
    }

    public static SlotTree Load(ModelReader reader, int columns, int slots)
    {
        int[] features = reader.ReadInt32s();
        float[] cuts = reader.ReadSingles();
        int[] children = reader.ReadInt32s();
        bool[] missingLeft = Array.ConvertAll(reader.ReadInt32s(), m => m != 0);
        float[] values = reader.ReadSingles();
        bool sound = cuts.Length == features.Length && missingLeft.Length == features.Length && children.Length == 2 * features.Length && values.Length == (features.Length + 1) * slots
            && Array.TrueForAll(features, f => f >= 0 && f < columns);
        for (int c = 0; c < children.Length && sound; c++) sound = children[c] > c / 2 && children[c] < features.Length || children[c] < 0 && ~children[c] <= features.Length;
        return sound ? new SlotTree(features, cuts, children, missingLeft, values, slots) : throw new ForageException("The model has a boosted tree whose parts do not fit together.");
    }
}
