using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.OffPolicy;

public class ChoiceRuleTests
{
    private const int Actions = 8, ToChooseOn = 1200, ToConfirmOn = 1800;

    private static readonly CandidateEvidence s_sound = new(0.5, 0.1, 0.1, 1, 500, 1000);

    [Fact]
    public void OfThoseProvedBetterTheHighestSelfNormalisedValueIsTaken()
    {
        var rule = new ChoiceRule();
        // The second's lower end is the highest, the third's value; a sixth has the highest of both, and weights that are not to be believed.
        Assert.Equal(2, rule.Best([s_sound, s_sound with { Lower = 0.3, Cautious = 0.3 }, s_sound with { SelfNormalized = 0.6 }, s_sound with { SelfNormalized = 0.9, Lower = -0.01 },
            s_sound with { SelfNormalized = double.NaN }, s_sound with { SelfNormalized = 0.9, Lower = 0.5, Cautious = 0.5, MeanWeight = 0.7 }]));
        Assert.Equal(0, rule.Best([s_sound, s_sound with { SelfNormalized = 0.9, EffectiveSampleSize = 99 }, s_sound]));
        Assert.Equal(1, new ChoiceRule { Veto = new() { LeastEffectiveSize = 50 } }.Best([s_sound, s_sound with { SelfNormalized = 0.9, EffectiveSampleSize = 99 }]));
    }

    [Fact]
    public void WhereNothingIsProvedTheMostCautiousEstimateDecides()
    {
        var rule = new ChoiceRule();
        var none = s_sound with { Lower = -0.2 };
        Assert.Equal(1, rule.Best([none with { Cautious = -0.2 }, none with { SelfNormalized = 0.3, Cautious = -0.1 }, none with { SelfNormalized = 0.8, Cautious = -0.3 }]));
        Assert.Equal(2, rule.Best([none with { Cautious = 0.9 }, none, s_sound with { SelfNormalized = 0.1 }])); // what is proved comes first
        Assert.Contains("0 candidates", Assert.Throws<ForageException>(() => rule.Best([])).Message);
    }

    [Fact]
    public void ItChoosesBetterPoliciesThanTheLowerEndsAndClaimsNoMoreThanIsTrue()
    {
        var rng = new Rng(11);
        const int runs = 150;
        double byRule = 0, byLowerEnd = 0, best = 0;
        int wins = 0, losses = 0, asked = 0, held = 0, claims = 0;
        for (int run = 0; run < runs; run++)
        {
            var (chosen, lowest, gains) = Run(Means(ref rng, spread: 0.5), ref rng);
            double gain = chosen.Closest < 0 ? 0 : gains[chosen.Closest]; // where nothing points upwards the logging policy stays
            byRule += gain;
            byLowerEnd += gains[lowest];
            best += gains.Max();
            if (gain > gains[lowest]) wins++;
            if (gain < gains[lowest]) losses++;
            if (chosen.Closest < 0) continue;
            asked++;
            var interval = chosen.Candidates[chosen.Closest].Difference;
            if (gain >= interval.Lower && gain <= interval.Upper) held++;
            if (chosen.Index >= 0) claims++;
        }
        Assert.True(byRule > byLowerEnd && wins > 1.5 * losses, $"mean gain {byRule / runs:0.0000} against {byLowerEnd / runs:0.0000} of {best / runs:0.0000}; better in {wins} runs, worse in {losses}");
        Assert.True(best - byRule < 0.6 * (best - byLowerEnd), $"{byRule / runs:0.0000} {byLowerEnd / runs:0.0000} {best / runs:0.0000}");
        Assert.True(held >= 0.95 * asked, $"the interval of the chosen held its true gain in {held} of {asked} runs");
        Assert.True(claims > 0.6 * runs, $"{claims} of {runs}"); // the worlds are easy, so the test is about choosing
    }

    [Fact]
    public void NothingIsCalledBetterMoreOftenThanAllowedWhereNothingIs()
    {
        var rng = new Rng(12);
        const int runs = 150;
        int claims = 0, missed = 0;
        for (int run = 0; run < runs; run++)
        {
            var (chosen, _, gains) = Run(Means(ref rng, spread: 0), ref rng);
            if (chosen.Index >= 0) claims++;
            if (chosen.Closest < 0) continue;
            var interval = chosen.Candidates[chosen.Closest].Difference;
            if (gains[chosen.Closest] < interval.Lower || gains[chosen.Closest] > interval.Upper) missed++;
        }
        Assert.True(claims <= 0.05 * runs, $"{claims} of {runs} runs call a policy better that is not");
        Assert.True(missed <= 0.05 * runs, $"{missed} of {runs} intervals miss");
    }

    private static double[] Means(ref Rng rng, double spread)
    {
        var means = new double[Actions];
        foreach (ref double m in means.AsSpan()) m = 0.2 + spread * rng.NextDouble();
        return means;
    }

    /// <summary>Twelve softmax policies that know more or less of the truth and insist on it more or less, chosen from on a log of a random policy.</summary>
    private static (Choice Chosen, int HighestLowerEnd, double[] Gains) Run(double[] means, ref Rng rng)
    {
        const int candidates = 12;
        double[] logging = Softmax(1, new double[Actions], 0.8, ref rng);
        double logged = logging.Zip(means).Sum(p => p.First * p.Second);
        double[][] policies = new double[candidates][];
        for (int k = 0; k < candidates; k++) policies[k] = Softmax(3 + 30 * rng.NextDouble(), means, 0.02 + 0.1 * rng.NextDouble(), ref rng);
        string[] names = [.. Enumerable.Range(0, candidates).Select(k => $"p{k}")];
        var options = new ChoiceOptions { Bets = BettingKind.Sums };
        var confirming = new ConfirmingChooser(names, options);
        var lowerEnds = new HonestChooser(names, options);
        for (int i = 0; i < ToChooseOn + ToConfirmOn; i++)
        {
            int a = Draw(logging, ref rng);
            double r = rng.NextDouble() < means[a] ? 1 : 0;
            for (int k = 0; k < candidates; k++)
            {
                double w = policies[k][a] / logging[a];
                confirming.Add(i >= ToChooseOn, k, new Observation(w, r));
                if (i < ToChooseOn) lowerEnds.Add(k, new Observation(w, r));
            }
        }
        var lower = lowerEnds.Result().Candidates;
        int highest = Enumerable.Range(0, candidates).MaxBy(k => lower[k].Difference.Lower);
        return (confirming.Result(), highest, [.. policies.Select(p => p.Zip(means).Sum(x => x.First * x.Second) - logged)]);
    }

    private static double[] Softmax(double sharpness, double[] scores, double noise, ref Rng rng)
    {
        var p = new double[scores.Length];
        for (int a = 0; a < p.Length; a++) p[a] = Math.Exp(sharpness * (scores[a] + noise * rng.NextGaussian()));
        double sum = p.Sum();
        for (int a = 0; a < p.Length; a++) p[a] /= sum;
        return p;
    }

    private static int Draw(double[] p, ref Rng rng)
    {
        double u = rng.NextDouble();
        for (int a = 0; a < p.Length - 1; a++)
            if ((u -= p[a]) < 0) return a;
        return p.Length - 1;
    }
}
