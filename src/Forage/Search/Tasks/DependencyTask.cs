namespace Forage.Search.Tasks;

/// <summary>
/// Dependency parsing by an arc-hybrid transition system: policy 0 shifts, attaches the top of the stack to the front of the buffer, or to the word below it;
/// policy 1 names the relation of an arc just made. References are the dynamic oracle's costs, so that learning goes on from every state, also after errors.
/// The loss is half a point for each wrong head and half for each wrong relation (one under a wrong head is wrong).
/// </summary>
/// <param name="labelled">Whether relations are predicted.</param>
public sealed class DependencyTask(bool labelled = true) : ISearchTask<DependencySentence, int[]>
{
    // By which of shift, left, right may be taken.
    private static readonly ActionSet?[] s_allowed = [.. Enumerable.Range(0, 8).Select(m => m == 0 ? null : new ActionSet(3, [.. Enumerable.Range(0, 3).Where(a => (m >> a & 1) != 0)]))];

    /// <summary>Actions of its policies.</summary>
    /// <param name="relations">Number of relations; 0 for unlabelled parsing.</param>
    public static IReadOnlyList<int> Actions(int relations) => relations > 0 ? [3, relations] : [3];

    /// <summary>Parses a sentence.</summary>
    /// <returns>Heads by word, from 1; at 0 stands -1. Relations are in <see cref="DependencySentence.PredictedRelations"/>.</returns>
    public int[] Run(Search search, DependencySentence x)
    {
        var state = x.State;
        Span<uint> features = stackalloc uint[DependencyFeatures.Most];
        Span<float> costs = stackalloc float[3];
        state.Begin();
        while (true)
        {
            search.Snapshot(state.All);
            if (state.IsDone) break;
            var allowed = s_allowed[(state.MayShift ? 1 : 0) | (state.MayLeft ? 2 : 0) | (state.MayRight ? 4 : 0)]!;
            if (x.HasHeads && search.IsLearning) state.Costs(x, costs);
            int n = DependencyFeatures.Fill(x, state, features);
            int transition = search.Predict(features[..n], x.HasHeads ? costs : Reference.None, allowed: allowed);
            int word = state.Apply(transition);
            if (word == 0) continue;
            bool right = state.Head(word) == x.Heads[word];
            int wrong = right ? 0 : 1;
            if (labelled)
            {
                n = DependencyFeatures.FillArc(x, state, word, transition, features);
                int relation = search.Predict(features[..n], right ? x.Relations[word] : Reference.None, policy: 1);
                state.SetRelation(word, relation);
                wrong += right && relation == x.Relations[word] ? 0 : 1;
            }
            search.Loss(labelled ? wrong / 2.0 : wrong);
        }
        for (int w = 1; w <= x.Length; w++) (x.PredictedHeads[w], x.PredictedRelations[w]) = (state.Head(w), state.Relation(w));
        x.PredictedHeads[0] = -1;
        return x.PredictedHeads;
    }
}
