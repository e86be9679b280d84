using Forage.Markets.Internals;

namespace Forage.Markets;

/// <summary>Which of two outcomes comes true in a round; may look at the price, as an adversary does.</summary>
/// <param name="round">From 0.</param>
/// <param name="price">Price of outcome 1.</param>
public delegate bool OutcomeRule(long round, double price);

/// <summary>
/// A population of Kelly traders whose beliefs in one repeated event of two outcomes never change (paper 05, §8): <see cref="KellyMarket"/> for millions of traders.
/// A round is one pass over the traders without a logarithm; wealth is u = exp(max(ln w, -200)) at the last time logarithms were taken, multiplied since then. Before any u could
/// have grown by e^100 or shrunk by e^-450 the factors are moved into the logarithms, so nothing under- or overflows. Who is poorer than e^-200 counts as e^-200, far below what rounding notices.
/// </summary>
/// <remarks>Results do not depend on the number of threads: blocks of traders are summed in their order.</remarks>
public sealed class FixedBeliefMarket
{
    private const int Block = 8192;
    private const double Poorest = -200, MostGrowth = 100, MostShrinking = -450; // e^(-200 + 100) is below rounding, e^(-200 - 450) a normal number

    private readonly double[] _beliefs, _fractions, _start, _log, _low, _u;
    private readonly double _fraction = 1, _mostFraction;
    private readonly double[] _against, _for;
    private readonly double[] _least = [1, 1], _largest = [0, 0];
    private double _grown, _shrunk, _sumAgainst, _sumFor;
    private Compensated _loss;

    /// <summary>A population before its first round.</summary>
    /// <param name="beliefs">p_i of outcome 1, each in [0, 1].</param>
    /// <param name="options">Wealth, fractions, clipping; null for equal wealth and full Kelly.</param>
    public FixedBeliefMarket(ReadOnlySpan<double> beliefs, KellyMarketOptions? options = null)
    {
        options ??= new KellyMarketOptions();
        int n = beliefs.Length;
        options.Validate(n, 2);
        _beliefs = new double[n];
        for (int i = 0; i < n; i++)
        {
            if (!(beliefs[i] >= 0 && beliefs[i] <= 1)) MarketsThrow.BadBelief(i, 1, beliefs[i]);
            _beliefs[i] = options.Clip + (1 - 2 * options.Clip) * beliefs[i];
        }
        _fractions = options.Fractions is null ? [] : [.. options.Fractions];
        if (_fractions.Length > 0 && !_fractions.AsSpan().ContainsAnyExcept(_fractions[0])) (_fraction, _fractions) = (_fractions[0], []);
        _mostFraction = _fractions.Length > 0 ? _fractions.Max() : _fraction;
        double most = options.Wealth?.Max() ?? 1, scaled = 0;
        if (!(most > 0)) MarketsThrow.NoWealth();
        for (int i = 0; i < n; i++) scaled += (options.Wealth?[i] ?? 1) / most;
        _start = new double[n];
        for (int i = 0; i < n; i++) _start[i] = Math.Log((options.Wealth?[i] ?? 1) / most) - Math.Log(scaled);
        (_log, _low, _u) = ([.. _start], new double[n], new double[n]);
        for (int i = 0; i < n; i++)
        {
            double p = _beliefs[i];
            _u[i] = Floored(_log[i]);
            if (p < 1) (_least[0], _largest[0]) = (Math.Min(_least[0], 1 - p), Math.Max(_largest[0], 1 - p));
            if (p > 0) (_least[1], _largest[1]) = (Math.Min(_least[1], p), Math.Max(_largest[1], p));
        }
        int blocks = (n + Block - 1) / Block;
        (_against, _for) = (new double[blocks], new double[blocks]);
        for (int b = 0; b < blocks; b++) Sum(b);
        Combine();
        if (!(_sumFor + _sumAgainst > 0)) MarketsThrow.NobodyBets();
    }

    /// <summary>Number of traders.</summary>
    public int Traders => _beliefs.Length;

    /// <summary>Rounds settled.</summary>
    public long Rounds { get; private set; }

    /// <summary>How often outcome 1 came true.</summary>
    public long Successes { get; private set; }

    /// <summary>Price of outcome 1, Σ λ_i w_i p_i / Σ λ_i w_i.</summary>
    public double Price { get; private set; }

    /// <summary>L, the log loss of the prices so far, in nats.</summary>
    public double LogLoss => _loss.Value;

    /// <summary>The belief of trader i, clipped.</summary>
    public double Belief(int trader) => _beliefs[trader];

    /// <summary>ln of her share of all wealth; -∞ for a bankrupt.</summary>
    public double LogWealth(int trader) => double.IsNegativeInfinity(_log[trader]) || _u[trader] == 0
        ? double.NegativeInfinity : _log[trader] + (_low[trader] + (Math.Log(_u[trader]) - Math.Max(_log[trader] + _low[trader], Poorest)));

    /// <summary>Her share of all wealth.</summary>
    public double Wealth(int trader) => Math.Exp(LogWealth(trader));

    /// <summary>ln(1/w_i) at the start.</summary>
    public double Handicap(int trader) => -_start[trader];

    /// <summary>One round on one thread.</summary>
    /// <exception cref="ForageException">Every trader with wealth was certain of the contrary.</exception>
    public void Settle(bool outcome) => Run(1, (_, _) => outcome, default, 1);

    /// <summary>Many rounds.</summary>
    /// <param name="rounds">How many.</param>
    /// <param name="rule">What comes true.</param>
    /// <param name="prices">Receives the price before each round; empty if it is of no interest.</param>
    /// <param name="threads">Threads to use; the result is the same for any number.</param>
    /// <param name="cancellation">Ends it between two rounds.</param>
    public void Run(long rounds, OutcomeRule rule, Memory<double> prices, int threads, CancellationToken cancellation = default)
    {
        if (threads < 1) MarketsThrow.BadOption("The number of threads", threads, "at least 1");
        if (!prices.IsEmpty && prices.Length != rounds) MarketsThrow.BadLength("The place for the prices", prices.Length, (int)rounds);
        if (rounds <= 0) return;
        threads = Math.Min(threads, _for.Length);
        cancellation.ThrowIfCancellationRequested();
        long done = 0;
        bool stop = false;
        Exception? failure = null;
        var round = Announce(rule, prices.Span, 0);
        using var barrier = new Barrier(threads, _ =>
        {
            try
            {
                Combine();
                stop = ++done == rounds || cancellation.IsCancellationRequested;
                if (!stop) round = Announce(rule, prices.Span, (int)done);
            }
            catch (Exception e)
            {
                (failure, stop) = (e, true);
            }
        });
        ParallelWork.For(threads, threads, CancellationToken.None, t =>
        {
            int first = (int)((long)_for.Length * t / threads), last = (int)((long)_for.Length * (t + 1) / threads);
            do
            {
                for (int b = first; b < last; b++) Play(b, round);
                barrier.SignalAndWait(CancellationToken.None);
            }
            while (!stop);
        });
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        cancellation.ThrowIfCancellationRequested();
    }

    // What comes true, and whether the factors must go into the logarithms before it, or (Exact) are too large for anything else.
    private Round Announce(OutcomeRule rule, Span<double> prices, int at)
    {
        if (!prices.IsEmpty) prices[at] = Price;
        if (!(_sumFor + _sumAgainst > 0)) MarketsThrow.NobodyBets();
        bool outcome = rule(Rounds, Price);
        double price = (outcome ? _sumFor : _sumAgainst) / (_sumFor + _sumAgainst);
        if (!(price > 0)) MarketsThrow.AllBankrupt(Rounds + 1, outcome ? 1 : 0);
        int y = outcome ? 1 : 0;
        double up = Math.Max(0, Math.Log(_largest[y]) - Math.Log(price)), down = Math.Min(0, Math.Max(Math.Log(1 - _mostFraction), Math.Log(_least[y]) - Math.Log(price)));
        bool fold = _grown + up > MostGrowth || _shrunk + down < MostShrinking, exact = up > MostGrowth || down < MostShrinking;
        (_grown, _shrunk) = exact ? (0, 0) : fold ? (up, down) : (_grown + up, _shrunk + down);
        _loss.Add(-Math.Log(price));
        Rounds++;
        if (outcome) Successes++;
        return new Round(outcome, price, fold || exact, exact);
    }

    private void Play(int block, Round round)
    {
        int first = block * Block, count = Math.Min(Block, _u.Length - first);
        if (round.Fold) Fold(first, count, round);
        if (round.Exact) Sum(block);
        else
            (_against[block], _for[block]) = FixedBeliefKernel.Step(_u.AsSpan(first, count), _beliefs.AsSpan(first, count), _fractions.Length == 0 ? [] : _fractions.AsSpan(first, count), _fraction, round.Outcome, 1 / round.Price);
    }

    private void Fold(int first, int count, Round round)
    {
        for (int i = first; i < first + count; i++)
        {
            if (double.IsNegativeInfinity(_log[i])) continue;
            Compensated.Add(ref _log[i], ref _low[i], Math.Log(_u[i]) - Math.Max(_log[i] + _low[i], Poorest));
            if (round.Exact)
            {
                double p = round.Outcome ? _beliefs[i] : 1 - _beliefs[i], factor = KellyBet.Factor(p, round.Price, Fraction(i));
                Compensated.Add(ref _log[i], ref _low[i], double.IsPositiveInfinity(factor) ? Math.Log(p) - Math.Log(round.Price) : Math.Log(factor));
            }
            _u[i] = Floored(_log[i] + _low[i]);
        }
    }

    private void Sum(int block)
    {
        (_against[block], _for[block]) = (0, 0);
        for (int i = block * Block; i < Math.Min(_u.Length, (block + 1) * Block); i++)
        {
            _against[block] += Fraction(i) * _u[i] * (1 - _beliefs[i]);
            _for[block] += Fraction(i) * _u[i] * _beliefs[i];
        }
    }

    private void Combine()
    {
        (_sumAgainst, _sumFor) = (0, 0);
        for (int b = 0; b < _for.Length; b++)
        {
            _sumAgainst += _against[b];
            _sumFor += _for[b];
        }
        Price = _sumFor / (_sumFor + _sumAgainst);
    }

    private double Fraction(int trader) => _fractions.Length == 0 ? _fraction : _fractions[trader];

    private static double Floored(double log) => double.IsNegativeInfinity(log) ? 0 : Math.Exp(Math.Max(log, Poorest));

    private readonly record struct Round(bool Outcome, double Price, bool Fold, bool Exact);
}
