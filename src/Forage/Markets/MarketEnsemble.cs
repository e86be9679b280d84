using Forage.Markets.Internals;
using Forage.Persistence;

namespace Forage.Markets;

/// <summary>
/// Combines any probabilistic predictors online: each is a full-Kelly trader, the price is the combination. For every sequence, chosen by an adversary or not, the log loss is at most
/// min_i(L_i + ln(1/w_i)) (paper 05, Theorem 3), ln n more than the best of n predictors of equal weight. A predictor that abstains counts as having said what the others say together.
/// </summary>
public sealed class MarketEnsemble
{
    private const string Tag = "MENS";
    private readonly KellyMarket _market;

    /// <summary>An ensemble that has seen nothing.</summary>
    /// <param name="predictors">n.</param>
    /// <param name="outcomes">m, at least 2.</param>
    /// <param name="weights">Weights before the first round, in any unit; null: equal.</param>
    /// <param name="clip">See <see cref="KellyMarketOptions.Clip"/>: what a predictor that is certain and wrong keeps.</param>
    public MarketEnsemble(int predictors, int outcomes, IReadOnlyList<double>? weights = null, double clip = 1e-6)
        : this(new KellyMarket(predictors, outcomes, new KellyMarketOptions { Wealth = weights, Clip = clip })) { }

    private MarketEnsemble(KellyMarket market) => _market = market;

    /// <summary>n.</summary>
    public int Predictors => _market.Traders;

    /// <summary>m.</summary>
    public int Outcomes => _market.Outcomes;

    /// <summary>Outcomes seen.</summary>
    public long Rounds => _market.Rounds;

    /// <summary>Log loss of the combination so far, in nats.</summary>
    public double LogLoss => _market.LogLoss;

    /// <summary>Log loss of predictor i, clipped; where she abstained, that of the combination.</summary>
    public double LogLossOf(int predictor) => _market.TraderLogLoss(predictor);

    /// <summary>Weight of predictor i: her posterior probability.</summary>
    public double Weight(int predictor) => _market.Wealth(predictor);

    /// <summary>min_i(L_i + ln(1/w_i)): <see cref="LogLoss"/> is never above it.</summary>
    public double Guarantee
    {
        get
        {
            double least = double.PositiveInfinity;
            for (int i = 0; i < Predictors; i++)
                if (double.IsFinite(_market.Handicap(i))) least = Math.Min(least, LogLossOf(i) + _market.Handicap(i));
            return least;
        }
    }

    /// <summary>Combines.</summary>
    /// <param name="predictions">n rows of m probabilities.</param>
    /// <param name="combined">Receives m probabilities.</param>
    public void Predict(ReadOnlySpan<double> predictions, Span<double> combined) => _market.Open(predictions, combined);

    /// <summary>Combines what is said by those who do not abstain.</summary>
    public void Predict(ReadOnlySpan<double> predictions, ReadOnlySpan<bool> abstains, Span<double> combined) => _market.Open(predictions, abstains, combined);

    /// <summary>Tells what came true after the last <see cref="Predict(ReadOnlySpan{double}, Span{double})"/>.</summary>
    /// <returns>The loss of the combination, ln(1/q_y).</returns>
    public double Observe(int outcome) => _market.Settle(outcome);

    /// <summary>Writes weights and losses as one chunk.</summary>
    public void Save(ModelWriter to)
    {
        to.BeginChunk(Tag, 1);
        _market.Save(to);
        to.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote; continues bit for bit.</summary>
    public static MarketEnsemble Load(ModelReader from)
    {
        from.BeginChunk(Tag, 1);
        var market = KellyMarket.Load(from);
        from.EndChunk();
        return new MarketEnsemble(market);
    }
}
