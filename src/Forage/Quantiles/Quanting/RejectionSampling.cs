using Forage.Features;

namespace Forage.Quantiles.Quanting;

/// <summary>
/// Makes an importance-weighted learner of an unweighted one (Corollary 1; Zadrozny, Langford, Abe 2003): a row of weight w is kept with probability w/max w and then counts once. The learner
/// inside sees weights 0 (not an example) and 1 only. Its regret on what is kept, times the mean weight over max w, is the importance-weighted regret.
/// </summary>
/// <remarks>A row has one uniform number for all thresholds, so that examples are dropped alike and neighbouring thresholds differ in their labels only.</remarks>
/// <param name="inner">The unweighted learner.</param>
public sealed class RejectionSampling(IBinaryLearner inner) : IBinaryLearner
{
    /// <inheritdoc/>
    public IBinaryTraining Prepare(NumericTable table, Rng rng)
    {
        float[] uniform = new float[table.Rows];
        var draws = rng.Fork(1);
        for (int i = 0; i < uniform.Length; i++) uniform[i] = (float)draws.NextDouble();
        return new Training(inner.Prepare(table, rng.Fork(2)), uniform);
    }

    private sealed class Training(IBinaryTraining inner, float[] uniform) : IBinaryTraining
    {
        public IBinaryClassifier Learn(ReadOnlySpan<bool> positive, ReadOnlySpan<float> weights, Rng rng)
        {
            float most = 0;
            foreach (float w in weights) most = Math.Max(most, w);
            float[] kept = new float[weights.Length];
            bool any = false, all = true;
            for (int i = 0; i < kept.Length; i++)
            {
                if (!(uniform[i] * most < weights[i])) continue;
                kept[i] = 1;
                any |= positive[i];
                all &= positive[i];
            }
            if (!any || all) return new ConstantClassifier(any ? 1 : 0);
            return inner.Learn(positive, kept, rng);
        }
    }
}
