using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Internals;

namespace Forage.Tests.OffPolicy;

public class EmpiricalLikelihoodTests
{
    [Fact]
    public void For_many_decisions_it_is_the_Gaussian_interval_of_the_reward_with_the_weight_regressed_out()
    {
        var rng = new Rng(1);
        var e = new EmpiricalLikelihoodEstimator();
        List<(double W, double A)> data = [];
        for (int i = 0; i < 20_000; i++)
        {
            var (w, r) = PairWorld.Mild.Draw(ref rng);
            e.Add(new Observation(w, r));
            data.Add((w, w * r));
        }
        double mw = data.Average(d => d.W), ma = data.Average(d => d.A);
        double slope = data.Sum(d => (d.W - mw) * (d.A - ma)) / data.Sum(d => (d.W - mw) * (d.W - mw));
        double value = ma - slope * (mw - 1), error = Math.Sqrt(data.Average(d => Math.Pow(d.A - ma - slope * (d.W - mw), 2)) / data.Count);
        var result = e.Result();
        Assert.Equal(value, result.Value, 0.02 * error);
        Assert.Equal(value - 1.96 * error, result.Lower, 0.03 * error);
        Assert.Equal(value + 1.96 * error, result.Upper, 0.03 * error);
    }

    [Fact]
    public void The_dual_value_is_never_above_a_feasible_primal_one_and_touches_the_best()
    {
        // Three observed points and mass q on the unobserved (W, 0): minimise over a fine grid of all Q with mean weight 1 and the likelihood allowed.
        double[] w = [.5, 1, 2], gain = [.5, 0, 1.5], count = [6, 3, 2];
        const double maxWeight = 2.5, phi = 1.2, n = 11;
        var (bound, gradient) = EmpiricalLikelihoodDual.Solve(w, gain, count, maxWeight, phi);
        double best = double.PositiveInfinity;
        for (double q = 0; q < .3; q += .001)
            for (double q1 = .002; q1 < 1; q1 += .002)
            {
                // The other two from Σ Q = 1 and Σ Q w = 1.
                double mass = 1 - q - q1, weight = 1 - maxWeight * q - w[1] * q1;
                double q2 = (weight - w[0] * mass) / (w[2] - w[0]), q0 = mass - q2;
                if (q0 <= 0 || q2 <= 0) continue;
                if (count[0] * Math.Log(n * q0 / count[0]) + count[1] * Math.Log(n * q1 / count[1]) + count[2] * Math.Log(n * q2 / count[2]) < -phi) continue;
                best = Math.Min(best, q0 * gain[0] + q2 * gain[2]);
            }
        Assert.True(gradient < 1e-8);
        Assert.True(bound <= best + 1e-12, $"{bound} {best}");
        Assert.Equal(best, bound, 0.003);
    }

    [Fact]
    public void All_weights_one_is_the_empirical_likelihood_of_a_mean()
    {
        // Owen's interval of a proportion: -2 ln LR = t².
        var e = new EmpiricalLikelihoodEstimator();
        for (int i = 0; i < 200; i++) e.Add(new Observation(1, i % 4 == 0 ? 1 : 0));
        var result = e.Result();
        double t = MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, 199, .975);
        foreach (double v in new[] { result.Lower, result.Upper })
            Assert.Equal(t * t, 2 * (50 * Math.Log(.25 / v) + 150 * Math.Log(.75 / (1 - v))), 1e-4);
    }
}
