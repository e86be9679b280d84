using Forage.Features;
using Forage.Persistence;

namespace Forage.Tests.Searching;

using Forage.Search;

/// <summary>Sequences whose labels follow from a hidden chain: a symbol is seen, ambiguous without the label before.</summary>
internal sealed record ToySequence(uint[][] Features, int[] Labels)
{
    public const int LabelCount = 4;

    public static List<ToySequence> Sample(int count, ulong seed, double noise = 0.1)
    {
        var rng = new Rng(seed);
        var list = new List<ToySequence>();
        for (int s = 0; s < count; s++)
        {
            int n = 3 + rng.NextInt(8), y = 0;
            var (features, labels) = (new uint[n][], new int[n]);
            for (int t = 0; t < n; t++)
            {
                y = rng.NextDouble() < 0.8 ? (y + 1) % LabelCount : rng.NextInt(LabelCount);
                int seen = rng.NextDouble() < noise ? rng.NextInt(2) : y / 2; // labels 0,1 look alike, and 2,3
                labels[t] = y;
                features[t] = [7, 100 + (uint)seen, 200 + (uint)rng.NextInt(50)];
            }
            list.Add(new ToySequence(features, labels));
        }
        return list;
    }
}

/// <summary>Tags them, with what a test wants to vary.</summary>
internal class ToyTagging : ISearchTask<ToySequence, int[]>
{
    public bool Snapshots { get; init; } = true;

    /// <summary>Loss once at the end, the square of the number of errors: depends on the past, so the errors so far belong to the state.</summary>
    public bool SquaredLoss { get; init; }

    /// <summary>With <see cref="SquaredLoss"/>: leave them out.</summary>
    public bool Lie { get; init; }

    public bool Reference { get; init; } = true;

    public virtual int[] Run(Search search, ToySequence x)
    {
        int[] y = new int[x.Labels.Length];
        var state = (Position: 0, Errors: 0);
        while (true)
        {
            if (Snapshots && !Lie) search.Snapshot(ref state);
            else if (Snapshots) search.Snapshot(ref state.Position);
            int t = state.Position;
            if (t == y.Length) break;
            y[t] = search.Predict(x.Features[t], Reference ? x.Labels[t] : -1, [t - 1, t - 2]);
            int wrong = y[t] == x.Labels[t] ? 0 : 1;
            if (SquaredLoss) state.Errors += wrong;
            else search.Loss(wrong);
            state.Position++;
        }
        if (SquaredLoss) search.Loss(state.Errors * state.Errors);
        return y;
    }
}

internal static class Toy
{
    public static byte[] Saved(SearchModel model)
    {
        using var stream = new MemoryStream();
        using (var writer = new ModelWriter(stream))
        {
            model.Save(writer);
            writer.Finish();
        }
        return stream.ToArray();
    }

    public static double ErrorRate(SearchModel model, ISearchTask<ToySequence, int[]> task, List<ToySequence> on)
    {
        var search = new Search(model);
        int wrong = 0, all = 0;
        foreach (var x in on)
        {
            int[] y = search.Run(task, x);
            for (int t = 0; t < y.Length; t++) wrong += y[t] == x.Labels[t] ? 0 : 1;
            all += y.Length;
        }
        return (double)wrong / all;
    }

    public static SearchLearner<ToySequence, int[]> Learn(SearchOptions options, ToyTagging task, int passes, int count = 200)
    {
        var learner = new SearchLearner<ToySequence, int[]>(task, [ToySequence.LabelCount], options);
        var data = ToySequence.Sample(count, 1);
        for (int p = 0; p < passes; p++)
        {
            foreach (var x in data) learner.Learn(x);
            learner.EndPass();
        }
        return learner;
    }
}
