namespace Forage.Quantiles.Quanting.Internals;

/// <summary>
/// Finds the probability at which classifiers are to be read so that out of fold a share q of the targets lies below the predictions: share(y &lt; f) ≤ q ≤ share(y ≤ f). A probability for which that holds already is left; else the nearest is
/// found by bisection, for the shares fall as the probability rises.
/// </summary>
internal sealed class CoverageCalibration(ThresholdMesh mesh, QuantileReadout readout, bool logOdds, float[] scores, QuantileSet set)
{
    private const int Steps = 24;
    private const double Least = 1e-4;

    public double CutFor(double q, double nominal)
    {
        int side = Side(q, nominal);
        if (side == 0) return nominal;
        // Too many below: a higher probability asks for less. The end that is nearer to nominal stays on its side.
        double near = nominal, far = side > 0 ? 1 - Least : Least;
        for (int s = 0; s < Steps; s++)
        {
            double middle = (near + far) / 2;
            if (Side(q, middle) == side) near = middle;
            else far = middle;
        }
        return far;
    }

    /// <summary>The prediction of a row out of fold.</summary>
    public double Predict(int row, double probability) => Read(row, CellReadout.Cut(probability, logOdds), probability);

    private double Read(int row, float cut, double probability) => CellReadout.Read(readout, mesh, scores.AsSpan(row * mesh.Count, mesh.Count), cut, probability, logOdds);

    // 1: too many targets below the predictions; -1: too few at or below; 0: right.
    private int Side(double q, double probability)
    {
        float cut = CellReadout.Cut(probability, logOdds);
        double below = 0, notAbove = 0, all = 0;
        for (int i = 0; i < set.Count; i++)
        {
            double f = Read(i, cut, probability), y = set.Targets[i], w = set.WeightOf(i);
            if (y < f) below += w;
            if (y <= f) notAbove += w;
            all += w;
        }
        return below > q * all ? 1 : notAbove < q * all ? -1 : 0;
    }
}
