using Forage.Markets.Internals;

namespace Forage.Markets;

/// <summary>
/// A market of Kelly and constant-risk-aversion traders (paper 05, §10) over m outcomes. With a_k = Σ λ_i w_i p_ik over Kelly traders, T = Σ τ_i and g_k = Σ τ_i ln p_ik / T over the others, every order is matched where
/// a_k/q_k + T(g_k - ln q_k) = μ for all k and Σ q_k = 1: for a given μ each q_k is unique and falls with μ, so the equilibrium is unique and is found by two nested root searches in one variable.
/// Kelly traders alone give the weighted mean Σ λwp/Σ λw, the others alone the weighted geometric mean Π p_ik^{τ_i/T}, normalised.
/// </summary>
public sealed class TraderMarket
{
    private readonly Trader[] _traders;
    private readonly double[] _wealth, _beliefs, _prices, _kelly, _geometric, _payoff;
    private bool _open;

    /// <summary>A market before its first round.</summary>
    public TraderMarket(IReadOnlyList<Trader> traders, int outcomes)
    {
        _traders = [.. traders];
        new KellyMarketOptions().Validate(_traders.Length, outcomes);
        for (int i = 0; i < _traders.Length; i++) _traders[i].Validate(i);
        _wealth = [.. _traders.Select(t => t.Wealth)];
        _beliefs = new double[_traders.Length * outcomes];
        (_prices, _kelly, _geometric, _payoff) = (new double[outcomes], new double[outcomes], new double[outcomes], new double[outcomes]);
    }

    /// <summary>n.</summary>
    public int Traders => _traders.Length;

    /// <summary>m.</summary>
    public int Outcomes => _prices.Length;

    /// <summary>Rounds settled.</summary>
    public long Rounds { get; private set; }

    /// <summary>What trader i has now.</summary>
    public double Wealth(int trader) => _wealth[trader];

    /// <summary>Clears the market.</summary>
    /// <param name="beliefs">n rows of m probabilities.</param>
    /// <param name="prices">Receives m prices that add up to 1.</param>
    public void Open(ReadOnlySpan<double> beliefs, Span<double> prices)
    {
        int m = Outcomes;
        if (beliefs.Length != _beliefs.Length) MarketsThrow.BadLength("The matrix of beliefs", beliefs.Length, _beliefs.Length);
        if (prices.Length != m) MarketsThrow.BadLength("The place for the prices", prices.Length, m);
        _open = false;
        _kelly.AsSpan().Clear();
        _geometric.AsSpan().Clear();
        double bet = 0, tolerance = 0;
        for (int i = 0; i < Traders; i++)
        {
            var row = _beliefs.AsSpan(i * m, m);
            Beliefs.CopyRow(i, beliefs.Slice(i * m, m), row, 0);
            if (_traders[i] is KellyTrader kelly)
            {
                double w = _wealth[i] * kelly.Fraction;
                bet += w;
                for (int k = 0; k < m; k++) _kelly[k] += w * row[k];
            }
            else if (_traders[i] is CaraTrader cara)
            {
                tolerance += cara.Tolerance;
                for (int k = 0; k < m; k++)
                {
                    if (row[k] == 0) MarketsThrow.CertainCara(i, k);
                    _geometric[k] += cara.Tolerance * Math.Log(row[k]);
                }
            }
        }
        if (!(bet > 0 || tolerance > 0)) MarketsThrow.NobodyBets();
        Equilibrium.Solve(_kelly, _geometric, tolerance, _prices);
        _prices.AsSpan().CopyTo(prices);
        _open = true;
    }

    /// <summary>The orders of trader i at the last prices: shares of each outcome, positive bought.</summary>
    public void Orders(int trader, Span<double> shares)
    {
        if (!_open) MarketsThrow.NotOpen();
        _traders[trader].Choose(_beliefs.AsSpan(trader * Outcomes, Outcomes), _prices, _wealth[trader], shares);
        for (int k = 0; k < Outcomes; k++) shares[k] -= _wealth[trader];
    }

    /// <summary>Outcome y came true: everybody gets what she chose for it.</summary>
    /// <returns>ln(1/q_y).</returns>
    public double Settle(int outcome)
    {
        if (!_open) MarketsThrow.NotOpen();
        if ((uint)outcome >= (uint)Outcomes) MarketsThrow.BadOutcome(outcome, Outcomes);
        if (!(_prices[outcome] > 0)) MarketsThrow.AllBankrupt(Rounds + 1, outcome);
        for (int i = 0; i < Traders; i++)
        {
            _traders[i].Choose(_beliefs.AsSpan(i * Outcomes, Outcomes), _prices, _wealth[i], _payoff);
            _wealth[i] = _payoff[outcome];
        }
        _open = false;
        Rounds++;
        return -Math.Log(_prices[outcome]);
    }
}
