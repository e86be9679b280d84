using Forage.Features;
using Forage.Multiclass.Trees;

namespace Forage.Tests.Multiclass.Trees;

/// <summary>Classes with features of their own among noise.</summary>
internal sealed class TreeWorld
{
    public TreeWorld(int classes, int count, ulong seed = 1, int signal = 4, int noise = 4)
    {
        Classes = classes;
        Labels = new int[count];
        var rng = new Rng(seed);
        var writer = new RowWriter(Rows);
        for (int i = 0; i < count; i++)
        {
            int y = Labels[i] = rng.NextInt(classes);
            writer.BeginRow();
            writer.BeginGroup((byte)'a');
            for (int f = 0; f < signal; f++) writer.Add((uint)(y * 8 + 2 * f + rng.NextInt(2)), 1);
            for (int f = 0; f < noise; f++) writer.Add((uint)(1_000_000 + 50 * f + rng.NextInt(50)), 1);
            writer.EndGroup();
            writer.EndRow();
        }
    }

    public int Classes { get; }

    public FeatureBlock Rows { get; } = new();

    public int[] Labels { get; }

    public void Teach(IClassTree tree, int first, int end)
    {
        for (int i = first; i < end; i++) tree.Learn(Rows[i], Labels[i]);
    }

    public double Error(IClassTree tree, int first, int end)
    {
        int wrong = 0;
        for (int i = first; i < end; i++)
            if (tree.Predict(Rows[i]) != Labels[i]) wrong++;
        return wrong / (double)(end - first);
    }
}
