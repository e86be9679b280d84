using Forage.Extreme;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Evaluation.Internals;

/// <summary>Expected hits of a policy's slates, position by position. One instance a thread.</summary>
internal sealed class SlateExpectation(IPolicy policy, PolicyMetricsOptions options)
{
    private readonly PolicyScratch _scratch = new();
    private readonly PositionProbabilities _positions = new();
    private readonly SlateSampler _sampler = new();

    /// <summary>h_j = P(y_j ∈ Y*) and, with propensities, g_j = Σ_{y∈Y*} P(y_j = y)/p_y.</summary>
    public void Of(scoped in DecisionContext context, int row, ReadOnlySpan<int> right, Span<double> hits, Span<double> scored)
    {
        hits.Clear();
        scored.Clear();
        if (right.IsEmpty) return;
        _scratch.Clear();
        if (policy is IRankingPolicy ranking)
        {
            var shown = ranking.Rank(context, options.Length, _scratch);
            for (int j = 0; j < shown.Length; j++) Hit(shown[j], j, 1, right, hits, scored);
            return;
        }
        var p = policy.Distribution(context, _scratch);
        if (options.SampledSlates == 0) Exact(p, right, hits, scored);
        else Drawn(p, row, right, hits, scored);
    }

    private void Exact(scoped in ActionDistribution p, ReadOnlySpan<int> right, Span<double> hits, Span<double> scored)
    {
        int length = hits.Length;
        var positions = _scratch.Doubles(right.Length * length);
        _positions.Of(p, length, right, positions);
        for (int k = 0; k < right.Length; k++)
        {
            double inverse = scored.IsEmpty ? 0 : options.Propensities!.Inverse(right[k]);
            for (int j = 0; j < length; j++)
            {
                double q = positions[k * length + j];
                hits[j] += q;
                if (!scored.IsEmpty) scored[j] += inverse * q;
            }
        }
    }

    private void Drawn(scoped in ActionDistribution p, int row, ReadOnlySpan<int> right, Span<double> hits, Span<double> scored)
    {
        var rng = new Rng(options.Seed).Fork(0x51A7).Fork((ulong)row);
        var slate = _scratch.Ints(hits.Length);
        _sampler.Prepare(p);
        for (int s = 0; s < options.SampledSlates; s++)
        {
            int shown = _sampler.Draw(p, ref rng, slate);
            for (int j = 0; j < shown; j++) Hit(slate[j], j, 1.0 / options.SampledSlates, right, hits, scored);
        }
    }

    private void Hit(int action, int position, double share, ReadOnlySpan<int> right, Span<double> hits, Span<double> scored)
    {
        if (right.BinarySearch(action) < 0) return;
        hits[position] += share;
        if (!scored.IsEmpty) scored[position] += share * options.Propensities!.Inverse(action);
    }
}
