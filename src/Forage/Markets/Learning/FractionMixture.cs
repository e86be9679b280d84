using Forage.Markets.Internals;

namespace Forage.Markets.Learning;

/// <summary>
/// A trader who keeps G accounts of constant Kelly fractions: her wealth is W_T = Σ v_g Π(λ_g p/q + 1 - λ_g), so the log loss is at most that of the best of the G fractions plus ln(1/v_g), ln G with
/// equal accounts. Together they bet like one fraction, the mean of the λ_g weighted by what the accounts hold.
/// </summary>
public sealed class FractionMixture
{
    private readonly double[] _fractions;
    private readonly Compensated[] _log;

    /// <summary>Equal accounts.</summary>
    /// <param name="fractions">λ_g, each in [0, 1].</param>
    public FractionMixture(params ReadOnlySpan<double> fractions)
    {
        if (fractions.IsEmpty) MarketsThrow.BadOption("The number of fractions", 0, "at least 1");
        for (int g = 0; g < fractions.Length; g++)
            if (!(fractions[g] >= 0 && fractions[g] <= 1)) MarketsThrow.BadFraction(g, fractions[g]);
        _fractions = fractions.ToArray();
        _log = new Compensated[_fractions.Length];
        _log.AsSpan().Fill(new Compensated(-Math.Log(_fractions.Length)));
    }

    /// <summary>An even grid of <paramref name="size"/> fractions from 0 to 1.</summary>
    public static FractionMixture Grid(int size)
    {
        if (size < 2) MarketsThrow.BadOption("The size of the grid", size, "at least 2");
        double[] grid = new double[size];
        for (int g = 0; g < size; g++) grid[g] = (double)g / (size - 1);
        return new FractionMixture(grid);
    }

    /// <summary>The grid.</summary>
    public IReadOnlyList<double> Fractions => _fractions;

    /// <summary>The fraction the accounts make together.</summary>
    public double Fraction
    {
        get
        {
            double most = Most(), sum = 0, weighted = 0;
            for (int g = 0; g < _log.Length; g++)
            {
                double w = Math.Exp(_log[g].Value - most);
                sum += w;
                weighted += w * _fractions[g];
            }
            return Math.Clamp(weighted / sum, 0, 1);
        }
    }

    /// <summary>ln(W_T/W_0).</summary>
    public double LogWealth
    {
        get
        {
            double most = Most(), sum = 0;
            foreach (var log in _log) sum += Math.Exp(log.Value - most);
            return most + Math.Log(sum);
        }
    }

    /// <summary>ln of what account g made of 1: of a constant fraction λ_g.</summary>
    public double LogWealthOf(int g) => _log[g].Value + Math.Log(_log.Length);

    /// <summary>The belief she acts on.</summary>
    public double Belief(double own, double price)
    {
        double fraction = Fraction;
        return fraction * own + (1 - fraction) * price;
    }

    /// <summary>An outcome came true that she gave p and the market q.</summary>
    public void Observe(double own, double price)
    {
        Beliefs.Check("The belief", own);
        if (!(price > 0 && price <= 1)) MarketsThrow.BadOption("The price of what came true", price, "a number above 0 and at most 1");
        if (own == 0 && Array.TrueForAll(_fractions, f => f == 1)) throw new ForageException("An outcome came true that was given probability 0 with Kelly fraction 1: all is lost; add a smaller fraction.");
        for (int g = 0; g < _log.Length; g++) _log[g].Add(Math.Log(KellyBet.Factor(own, price, _fractions[g])));
    }

    private double Most()
    {
        double most = double.NegativeInfinity;
        foreach (var log in _log) most = Math.Max(most, log.Value);
        return most;
    }
}
