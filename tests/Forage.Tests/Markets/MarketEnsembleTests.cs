using Forage.Features;
using Forage.Markets;
using Forage.Persistence;

namespace Forage.Tests.Markets;

public class MarketEnsembleTests
{
    [Fact]
    public void Keeps_its_guarantee_and_finds_the_one_that_knows()
    {
        var rng = new Rng(31);
        const int n = 5, m = 3;
        var ensemble = new MarketEnsemble(n, m, weights: [1, 1, 1, 1, 0.1]);
        double[] losses = new double[n], q = new double[m];
        for (int t = 0; t < 800; t++)
        {
            double[] p = RandomMarket.Rows(n, m, ref rng, 2);
            p[0] = 1; // certain: wrong two times of three
            p[1] = p[2] = 0;
            ensemble.Predict(p, q);
            Assert.Equal(1, q.Sum(), 1e-12);
            double u = rng.NextDouble();
            int y = u < p[12] ? 0 : u < p[12] + p[13] ? 1 : 2; // predictor 4 knows the truth
            ensemble.Observe(y);
            for (int i = 0; i < n; i++) losses[i] -= Math.Log(1e-6 + (1 - 3e-6) * p[i * m + y]);
            Assert.True(ensemble.LogLoss <= ensemble.Guarantee + 1e-9);
        }
        for (int i = 0; i < n; i++) Assert.Equal(losses[i], ensemble.LogLossOf(i), 1e-6);
        Assert.Equal(losses[4] + Math.Log(41), ensemble.Guarantee, 1e-6);
        Assert.True(ensemble.Weight(4) > 0.999);
        Assert.True(losses[4] < 0.5 * Enumerable.Range(0, 4).Min(i => losses[i]));
    }

    [Fact]
    public void Saved_and_loaded_it_goes_on_bit_for_bit()
    {
        var rng = new Rng(32);
        var ensemble = new MarketEnsemble(4, 3);
        double[] q = new double[3], r = new double[3];
        for (int t = 0; t < 100; t++)
        {
            ensemble.Predict(RandomMarket.Rows(4, 3, ref rng), [false, t % 2 == 0, false, t % 3 == 0], q);
            ensemble.Observe(t % 3);
        }
        byte[] bytes = Bytes(ensemble);
        var reader = new ModelReader(new MemoryStream(bytes), "ensemble");
        var loaded = MarketEnsemble.Load(reader);
        reader.Finish();
        Assert.Equal(bytes, Bytes(loaded));
        Assert.Equal((4, 3, 100), (loaded.Predictors, loaded.Outcomes, loaded.Rounds));
        for (int t = 0; t < 20; t++)
        {
            double[] p = RandomMarket.Rows(4, 3, ref rng);
            ensemble.Predict(p, q);
            loaded.Predict(p, r);
            Assert.Equal(q, r);
            Assert.Equal(ensemble.Observe(t % 3), loaded.Observe(t % 3));
        }
        Assert.Equal(ensemble.LogLoss, loaded.LogLoss);
    }

    private static byte[] Bytes(MarketEnsemble ensemble)
    {
        var stream = new MemoryStream();
        using (var writer = new ModelWriter(stream))
        {
            ensemble.Save(writer);
            writer.Finish();
        }
        return stream.ToArray();
    }
}
