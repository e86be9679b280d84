namespace Forage.OffPolicy.Internals;

/// <summary>Makes the bounds a <see cref="BettingPair"/> is built from, for one kind of bets.</summary>
internal abstract class BetMaker
{
    /// <summary>A bound on a mean in [0, limit].</summary>
    public abstract IBettingBound Open();

    /// <summary>A bound on the mean of bound - x where x has a mean in [0, limit].</summary>
    public abstract IBettingBound Mirrored(double bound);
}

internal sealed class MixtureBets(double[] grid) : BetMaker
{
    public override IBettingBound Open() => new MixtureBound(grid);

    public override IBettingBound Mirrored(double bound) => new MixtureBound(BettingGrid.Mirror(grid, bound));
}

internal sealed class PredictableBets(double[] grid) : BetMaker
{
    public override IBettingBound Open() => new PredictableBound(grid);

    public override IBettingBound Mirrored(double bound) => new PredictableBound(BettingGrid.Mirror(grid, bound), bound - grid[^1] / 2, grid[^1] / 2);
}

internal sealed class SumsBets(double limit) : BetMaker
{
    public override IBettingBound Open() => new SumsBound(limit);

    public override IBettingBound Mirrored(double bound) => new SumsBound(bound, cuts: 1, firstCut: bound);
}
