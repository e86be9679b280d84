using Forage.Markets.Internals;

namespace Forage.Markets;

/// <summary>Which of two outcomes comes true in a round; may look at the price, as an adversary does.</summary>
/// <param name="round">From 0.</param>
/// <param name="price">Price of outcome 1.</param>
public delegate bool OutcomeRule(long round, double price);

/// <summary>
/// A population of Kelly traders whose beliefs in one repeated event of two outcomes never change (paper 05, §8): <see cref="KellyMarket"/> for millions of traders.
/// Where all bet the same fraction one pass over the traders plays six rounds: <see cref="RoundPolynomial"/>; where each has her own, one. Wealth is u·2^e with exponents moved
/// from u to e before any u could have grown by e^100 or shrunk by e^-400: <see cref="ScaledWealth"/>. No logarithm is ever taken of a wealth until it is asked for.
/// </summary>
/// <remarks>Results do not depend on the number of threads: blocks of traders are summed in their order.</remarks>
public sealed class FixedBeliefMarket
{
    private const int Block = 8192;
    private const double Ln2 = 0.693147180559945309, MostGrowth = 100, MostShrinking = -400, MostSurprise = 100;

    private readonly double[] _beliefs, _fractions, _start, _u, _moments, _none; // _none: no round as a polynomial
    private readonly long[] _exponents;
    private readonly double _fraction = 1, _mostFraction;
    private readonly double[] _least = [1, 1], _largest = [0, 0];
    private readonly RoundPolynomial _rounds;
    private double _grown, _shrunk, _surprise, _sumAgainst, _sumFor, _inverse;
    private bool _outcome;
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
            double p = _beliefs[i] = options.Clip + (1 - 2 * options.Clip) * beliefs[i];
            if (p < 1) (_least[0], _largest[0]) = (Math.Min(_least[0], 1 - p), Math.Max(_largest[0], 1 - p));
            if (p > 0) (_least[1], _largest[1]) = (Math.Min(_least[1], p), Math.Max(_largest[1], p));
        }
        _fractions = options.Fractions is null ? [] : [.. options.Fractions];
        if (_fractions.Length > 0 && !_fractions.AsSpan().ContainsAnyExcept(_fractions[0])) (_fraction, _fractions) = (_fractions[0], []);
        _mostFraction = _fractions.Length > 0 ? _fractions.Max() : _fraction;
        double most = options.Wealth?.Max() ?? 1, scaled = 0;
        if (!(most > 0)) MarketsThrow.NoWealth();
        for (int i = 0; i < n; i++) scaled += (options.Wealth?[i] ?? 1) / most;
        (_start, _u, _exponents) = (new double[n], new double[n], new long[n]);
        for (int i = 0; i < n; i++)
        {
            _u[i] = (options.Wealth?[i] ?? 1) / most / scaled;
            _start[i] = Math.Log((options.Wealth?[i] ?? 1) / most) - Math.Log(scaled);
        }
        _rounds = new RoundPolynomial(_fractions.Length > 0 ? 1 : FixedBeliefKernel.Degree);
        _rounds.Begin(new double[_rounds.Degree + 1]);
        _none = [.. _rounds.Elevated()];
        _moments = new double[(n + Block - 1) / Block * (_rounds.Degree + 1)];
        Pass(1, Work.Fold);
        if (!(_fraction > 0 && _sumFor + _sumAgainst > 0)) MarketsThrow.NobodyBets();
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
    public double LogWealth(int trader) => Math.Log(_u[trader]) + Math.Log(_rounds.Factor(_beliefs[trader])) + _exponents[trader] * Ln2;

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
        for (int t = 0; t < rounds; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!prices.IsEmpty) prices.Span[t] = Price;
            Play(rule(Rounds, Price), threads);
        }
    }

    private void Play(bool outcome, int threads)
    {
        if (!(_sumFor + _sumAgainst > 0)) MarketsThrow.NobodyBets();
        double price = (outcome ? _sumFor : _sumAgainst) / (_sumFor + _sumAgainst);
        if (!(price > 0)) MarketsThrow.AllBankrupt(Rounds + 1, outcome ? 1 : 0);
        int y = outcome ? 1 : 0;
        double surprise = -Math.Log(price);
        double up = Math.Max(0, Math.Log(_largest[y]) + surprise), down = Math.Min(0, Math.Max(Math.Log(1 - _mostFraction), Math.Log(_least[y]) + surprise));
        bool exact = up > MostGrowth || down < MostShrinking || surprise > 2 * MostSurprise;
        if ((exact || _grown + up > MostGrowth || _shrunk + down < MostShrinking) && !(_grown == 0 && _shrunk == 0)) Pass(threads, Work.Fold);
        _loss.Add(surprise);
        Rounds++;
        if (outcome) Successes++;
        (_outcome, _inverse) = (outcome, 1 / price);
        if (exact)
        {
            Pass(threads, Work.Exact, price);
            return;
        }
        (_grown, _shrunk, _surprise) = (_grown + up, _shrunk + down, _surprise + surprise);
        double lost = 1 - _fraction, won = lost + _fraction * _inverse;
        _rounds.Take(outcome ? lost : won, outcome ? won : lost);
        if (_rounds.Rounds == _rounds.Degree || _surprise > MostSurprise) Pass(threads, Work.Play);
        else Clear();
    }

    // One pass over the traders: plays the rounds taken, then what else there is to do, then the moments.
    private void Pass(int threads, Work work, double price = 1)
    {
        int width = _rounds.Degree + 1, blocks = _moments.Length / width;
        double[] played = [.. _rounds.Elevated()];
        bool any = _rounds.Rounds > 0;
        ParallelWork.For(blocks, threads, CancellationToken.None, b =>
        {
            int first = b * Block, last = Math.Min(_u.Length, first + Block);
            var moments = _moments.AsSpan(b * width, width);
            if (any) Step(first, last, played, _inverse, moments);
            for (int i = first; i < last && work != Work.Play; i++)
                if (work == Work.Exact) ScaledWealth.Multiply(ref _u[i], ref _exponents[i], _outcome ? _beliefs[i] : 1 - _beliefs[i], price, Fraction(i));
                else ScaledWealth.Fold(ref _u[i], ref _exponents[i]);
            if (work != Work.Play) Step(first, last, _none, 0, moments);
        });
        Span<double> sums = stackalloc double[width];
        sums.Clear();
        for (int b = 0; b < _moments.Length; b += width)
            for (int j = 0; j < width; j++) sums[j] += _moments[b + j];
        _rounds.Begin(sums);
        _surprise = 0;
        if (work != Work.Play) (_grown, _shrunk) = (0, 0);
        Clear();
    }

    private void Step(int first, int last, double[] coefficients, double inverse, Span<double> moments)
    {
        Span<double> u = _u.AsSpan(first..last), p = _beliefs.AsSpan(first..last);
        if (_fractions.Length == 0) FixedBeliefKernel.Step(u, p, coefficients, moments);
        else (moments[0], moments[1]) = FixedBeliefKernel.Step(u, p, _fractions.AsSpan(first..last), _outcome, inverse);
    }

    private void Clear()
    {
        (_sumAgainst, _sumFor) = _rounds.Sums();
        Price = _sumFor / (_sumFor + _sumAgainst);
    }

    private double Fraction(int trader) => _fractions.Length == 0 ? _fraction : _fractions[trader];

    private enum Work { Play, Fold, Exact }
}
