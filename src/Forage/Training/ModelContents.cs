using Forage.Features;

namespace Forage.Training;

/// <summary>What is inside a model: how many weights are set, and the largest of them.</summary>
/// <param name="WeightsSet">Weights that are not 0, over all slots.</param>
/// <param name="WeightsInAll">Size of the table, over all slots.</param>
/// <param name="Largest">The largest weights by absolute value, largest first; ties by index.</param>
public sealed record ModelContents(long WeightsSet, long WeightsInAll, IReadOnlyList<NamedWeight> Largest)
{
    /// <summary>Looks into a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="largest">How many of the largest weights to list.</param>
    public static ModelContents Of(TrainedModel model, int largest)
    {
        var learner = model.Learner;
        int bits = learner.Options.Bits;
        uint mask = bits >= 32 ? uint.MaxValue : (1u << bits) - 1;
        long set = 0;
        var heap = new PriorityQueue<(uint Index, int Slot, float Weight), (float, long)>();
        learner.ForEachWeight((index, slot, weight) =>
        {
            set++;
            if (largest <= 0) return;
            heap.Enqueue((index, slot, weight), (Math.Abs(weight), -(((long)index << 20) + slot)));
            if (heap.Count > largest) heap.Dequeue();
        });
        var top = new List<NamedWeight>(heap.Count);
        var names = NamesByWeight(model.Names, mask);
        while (heap.TryDequeue(out var w, out _))
        {
            string? name = names?.GetValueOrDefault(w.Index) ?? (learner.Options.Constant && w.Index == (FeatureHasher.Constant & mask) ? "(constant)" : null);
            top.Add(new NamedWeight(w.Index, w.Slot, w.Weight, name));
        }
        top.Reverse();
        return new ModelContents(set, (1L << bits) * learner.Slots, top);
    }

    /// <summary>Names by place in the table; several names that fell on one place are joined by " | ".</summary>
    private static Dictionary<uint, string>? NamesByWeight(FeatureNames? names, uint mask)
    {
        if (names is null) return null;
        var byWeight = new Dictionary<uint, string>();
        foreach (var (index, name) in names.All.OrderBy(p => p.Value, StringComparer.Ordinal))
        {
            uint place = index & mask;
            byWeight[place] = byWeight.TryGetValue(place, out string? other) ? $"{other} | {name}" : name;
        }
        return byWeight;
    }
}

/// <summary>A weight of a model.</summary>
/// <param name="Index">Its place in the table.</param>
/// <param name="Slot">Its slot: class, action.</param>
/// <param name="Weight">Its value.</param>
/// <param name="Name">Name of its feature, if names were kept or it is the constant.</param>
public readonly record struct NamedWeight(uint Index, int Slot, float Weight, string? Name);
