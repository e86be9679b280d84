using Forage.Markets.Internals;

namespace Forage.Markets;

/// <summary>
/// A sequence of markets of n Kelly traders over m outcomes, as a learner (paper 05, §5 and §6). Prices are q_k = Σ λ_i w_i p_ik / Σ λ_i w_i; when y comes true
/// w_i ← w_i (λ_i p_iy/q_y + 1 - λ_i), which pays out exactly what was paid in. With λ = 1 wealth is the posterior of Bayes' law with the first wealth as the prior, and (Theorem 3) for
/// all sequences of beliefs and outcomes L ≤ min_i L_i + ln(1/w_i): L_i is the loss of the belief λp + (1-λ)q a trader acts on. Wealth is kept in logarithms with compensated sums.
/// </summary>
/// <remarks>Use: <see cref="Open(ReadOnlySpan{double}, Span{double})"/> with the beliefs gives prices; <see cref="Settle"/> with the outcome moves the wealth. Not thread-safe.</remarks>
public sealed class KellyMarket
{
    private readonly double[] _fractions, _start, _log, _low, _share, _beliefs, _prices;
    private readonly bool[] _bets;
    private readonly double _clip;
    private Compensated _loss;
    private bool _open;

    /// <summary>A market before its first round.</summary>
    /// <param name="traders">n.</param>
    /// <param name="outcomes">m, at least 2.</param>
    /// <param name="options">Wealth, fractions, clipping; null for equal wealth and full Kelly.</param>
    public KellyMarket(int traders, int outcomes, KellyMarketOptions? options = null)
    {
        options ??= new KellyMarketOptions();
        options.Validate(traders, outcomes);
        (Traders, Outcomes, _clip) = (traders, outcomes, options.Clip);
        _fractions = new double[traders];
        for (int i = 0; i < traders; i++) _fractions[i] = options.Fractions?[i] ?? 1;
        double total = options.Wealth?.Max() ?? 1;
        if (!(total > 0)) MarketsThrow.NoWealth();
        double scaled = 0;
        for (int i = 0; i < traders; i++) scaled += (options.Wealth?[i] ?? 1) / total;
        (_start, _low, _share) = (new double[traders], new double[traders], new double[traders]);
        for (int i = 0; i < traders; i++) _start[i] = Math.Log((options.Wealth?[i] ?? 1) / total) - Math.Log(scaled);
        _log = [.. _start];
        for (int i = 0; i < traders; i++) _share[i] = Math.Exp(_log[i]);
        (_beliefs, _prices, _bets) = (new double[traders * outcomes], new double[outcomes], new bool[traders]);
    }

    /// <summary>n.</summary>
    public int Traders { get; }

    /// <summary>m.</summary>
    public int Outcomes { get; }

    /// <summary>Rounds settled.</summary>
    public long Rounds { get; private set; }

    /// <summary>L = Σ_t ln(1/q_y): the log loss of the prices, in nats.</summary>
    public double LogLoss => _loss.Value;

    /// <summary>Wealth of trader i as a share of all wealth; 0 if it is below 10^-323 of it.</summary>
    public double Wealth(int trader) => _share[trader];

    /// <summary>ln of the share; -∞ for a bankrupt.</summary>
    public double LogWealth(int trader) => double.IsFinite(_log[trader]) ? _log[trader] + _low[trader] : _log[trader];

    /// <summary>ln(1/w_i) with the wealth at the start: what Theorem 3 adds to the loss of trader i.</summary>
    public double Handicap(int trader) => -_start[trader];

    /// <summary>L_i, the log loss of the beliefs trader i acted on: of her own with λ = 1, of λp + (1-λ)q in general. From the wealth: L_i = L + ln w_i(start) - ln w_i(now).</summary>
    public double TraderLogLoss(int trader) => double.IsNegativeInfinity(_start[trader]) ? double.NaN : LogLoss + _start[trader] - LogWealth(trader);

    /// <summary>Prices for all traders' beliefs.</summary>
    /// <param name="beliefs">n rows of m probabilities; a row is divided by its sum, which must be 1 within 10^-6.</param>
    /// <param name="prices">Receives m prices that add up to 1.</param>
    public void Open(ReadOnlySpan<double> beliefs, Span<double> prices) => Open(beliefs, [], prices);

    /// <summary>Prices when some abstain. Who abstains keeps her wealth, as if she believed the price; her row is not read.</summary>
    /// <param name="beliefs">n rows of m probabilities.</param>
    /// <param name="abstains">n flags; empty if nobody abstains.</param>
    /// <param name="prices">Receives m prices that add up to 1.</param>
    public void Open(ReadOnlySpan<double> beliefs, ReadOnlySpan<bool> abstains, Span<double> prices)
    {
        int m = Outcomes;
        if (beliefs.Length != _beliefs.Length) MarketsThrow.BadLength("The matrix of beliefs", beliefs.Length, _beliefs.Length);
        if (!abstains.IsEmpty && abstains.Length != Traders) MarketsThrow.BadLength("The list of who abstains", abstains.Length, Traders);
        if (prices.Length != m) MarketsThrow.BadLength("The place for the prices", prices.Length, m);
        _open = false;
        _prices.AsSpan().Clear();
        double bet = 0;
        for (int i = 0; i < Traders; i++)
        {
            _bets[i] = (abstains.IsEmpty || !abstains[i]) && _fractions[i] > 0;
            if (!abstains.IsEmpty && abstains[i]) continue;
            var row = _beliefs.AsSpan(i * m, m);
            Beliefs.CopyRow(i, beliefs.Slice(i * m, m), row, _clip);
            double weight = _fractions[i] * _share[i];
            bet += weight;
            for (int k = 0; k < m; k++) _prices[k] += weight * row[k];
        }
        if (!(bet > 0)) LogPrices();
        else
            for (int k = 0; k < m; k++) _prices[k] /= bet;
        _prices.AsSpan().CopyTo(prices);
        _open = true;
    }

    /// <summary>Outcome y came true: wealth moves.</summary>
    /// <returns>ln(1/q_y), the loss of the prices.</returns>
    /// <exception cref="ForageException">Every trader with wealth gave y probability 0.</exception>
    public double Settle(int outcome)
    {
        if (!_open) MarketsThrow.NotOpen();
        if ((uint)outcome >= (uint)Outcomes) MarketsThrow.BadOutcome(outcome, Outcomes);
        double price = _prices[outcome];
        if (!(price > 0)) MarketsThrow.AllBankrupt(Rounds + 1, outcome);
        for (int i = 0; i < Traders; i++)
        {
            if (!_bets[i]) continue;
            double belief = _beliefs[i * Outcomes + outcome], factor = KellyBet.Factor(belief, price, _fractions[i]);
            Compensated.Add(ref _log[i], ref _low[i], double.IsPositiveInfinity(factor) ? Math.Log(belief) - Math.Log(price) : Math.Log(factor));
            _share[i] = Math.Exp(LogWealth(i));
        }
        double loss = -Math.Log(price);
        _loss.Add(loss);
        Rounds++;
        _open = false;
        return loss;
    }

    // All who bet have so little that the others' wealth rounds it away: weights relative to the richest of them.
    private void LogPrices()
    {
        double most = double.NegativeInfinity, bet = 0;
        for (int i = 0; i < Traders; i++)
            if (_bets[i]) most = Math.Max(most, LogWealth(i));
        if (double.IsNegativeInfinity(most)) MarketsThrow.NobodyBets();
        _prices.AsSpan().Clear();
        for (int i = 0; i < Traders; i++)
        {
            if (!_bets[i]) continue;
            double weight = _fractions[i] * Math.Exp(LogWealth(i) - most);
            bet += weight;
            for (int k = 0; k < Outcomes; k++) _prices[k] += weight * _beliefs[i * Outcomes + k];
        }
        for (int k = 0; k < Outcomes; k++) _prices[k] /= bet;
    }

    internal void Save(Persistence.ModelWriter to)
    {
        to.Write(Traders);
        to.Write(Outcomes);
        to.Write(_clip);
        to.Write(Rounds);
        var (sum, low) = _loss.Parts;
        to.Write(sum);
        to.Write(low);
        to.Write(_fractions);
        to.Write(_start);
        to.Write(_log);
        to.Write(_low);
    }

    internal static KellyMarket Load(Persistence.ModelReader from)
    {
        var market = new KellyMarket(from.ReadInt32(), from.ReadInt32(), new KellyMarketOptions { Clip = from.ReadDouble() }) { Rounds = from.ReadInt64() };
        market._loss = Compensated.Of(from.ReadDouble(), from.ReadDouble());
        foreach (double[] part in new[] { market._fractions, market._start, market._log, market._low })
        {
            double[] read = from.ReadDoubles();
            if (read.Length != part.Length) MarketsThrow.BadLength("A part of the saved market", read.Length, part.Length);
            read.CopyTo(part, 0);
        }
        for (int i = 0; i < market.Traders; i++) market._share[i] = Math.Exp(market.LogWealth(i));
        return market;
    }
}
