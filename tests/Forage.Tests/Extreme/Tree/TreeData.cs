using Forage.Extreme;
using Forage.Extreme.Tree;
using Forage.Features;
using Forage.Persistence;

namespace Forage.Tests.Extreme.Tree;

/// <summary>Examples whose labels can be told from their features: each label has three words of its own, shared with its neighbours, among words that mean nothing.</summary>
internal static class TreeData
{
    public static (FeatureBlock Rows, LabelSets Labels) Make(ulong seed, int examples, int labels, int labelsARow = 2, int noise = 4)
    {
        var rng = new Rng(seed);
        var block = new FeatureBlock();
        var writer = new RowWriter(block);
        var sets = new LabelSets();
        sets.Declare(labels);
        for (int i = 0; i < examples; i++)
        {
            var own = new SortedSet<int>();
            while (own.Count < Math.Min(labels, 1 + rng.NextInt(labelsARow))) own.Add(rng.NextInt(labels));
            var features = new SortedDictionary<uint, float>();
            foreach (int label in own)
                for (int w = 0; w < 3; w++) features[(uint)(1000 + 17 * ((label + w) % (labels + 2)))] = 1 + rng.NextInt(3);
            for (int w = 0; w < noise; w++) features[(uint)(3_000_000_000 + rng.NextInt(60))] = 1;
            writer.BeginRow();
            writer.BeginGroup(FeatureGroup.Default);
            foreach (var (index, value) in features) writer.Add(index, value);
            writer.EndGroup();
            writer.EndRow();
            sets.Add([.. own]);
        }
        return (block, sets);
    }

    public static byte[] Saved(SparseLabelTree tree)
    {
        var stream = new MemoryStream();
        using var writer = new ModelWriter(stream);
        tree.Save(writer);
        writer.Finish();
        return stream.ToArray();
    }

    public static SparseLabelTree Loaded(byte[] saved) => SparseLabelTree.Load(new ModelReader(new MemoryStream(saved), "saved"));
}
