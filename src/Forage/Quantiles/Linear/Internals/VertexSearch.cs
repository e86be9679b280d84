namespace Forage.Quantiles.Linear.Internals;

/// <summary>
/// Exact minimisation of Σ l_q from a point near the optimum. A vertex is p independent rows of residual 0. It is optimal if Σ_(others) ψ_i x_i + Σ_(basis) v_j x_j = 0 with ψ = q above and q - 1 below and all v_j in [q - 1, q];
/// else the row with the v farthest outside leaves, and the search along its edge stops where the loss is smallest, at a row that enters.
/// </summary>
internal sealed class VertexSearch(DesignMatrix design, double q)
{
    private const double Zero = 1e-11;

    private readonly int _p = design.Width, _n = design.Rows;

    /// <summary>The best coefficients found: a vertex, unless none is as good as where the search began.</summary>
    public double[] Improve(double[] start)
    {
        if (_n < _p) return start;
        double[] residuals = Residuals(start);
        int[] order = [.. Enumerable.Range(0, _n)];
        Array.Sort(Array.ConvertAll(residuals, Math.Abs), order);
        double[] best = start, v = start;
        double bestLoss = Loss(residuals);
        if (Basis(order) is not { } basis) return start;
        for (int step = 0; step < 50 * _p + 200; step++)
        {
            double[]? inverse = Inverse(basis);
            if (inverse is null) break;
            v = Vertex(inverse, basis);
            residuals = Residuals(v);
            foreach (int i in basis) residuals[i] = 0;
            double loss = Loss(residuals);
            if (loss < bestLoss || step == 0 && loss <= bestLoss + 1e-12 * Math.Abs(bestLoss)) (best, bestLoss) = (v, loss);
            else if (step > 0 && loss > bestLoss + 1e-9 * Math.Abs(bestLoss)) break;
            if (!Exchange(basis, inverse, residuals)) break;
        }
        return best;
    }

    private bool Exchange(int[] basis, double[] inverse, double[] residuals)
    {
        var inBasis = new HashSet<int>(basis);
        double[] pull = new double[_p];
        for (int i = 0; i < _n; i++)
        {
            if (inBasis.Contains(i)) continue;
            double psi = residuals[i] < -Zero ? q - 1 : residuals[i] > Zero ? q : 0;
            var row = design.Row(i);
            for (int j = 0; j < _p; j++) pull[j] += psi * row[j];
        }
        int leaves = -1;
        double farthest = 1e-9, sign = 0;
        for (int j = 0; j < _p; j++)
        {
            double v = 0; // multiplier of basis row j: -(X_B^-T pull)_j
            for (int k = 0; k < _p; k++) v -= inverse[k * _p + j] * pull[k];
            double outside = Math.Max(v - q, q - 1 - v);
            if (outside > farthest) (leaves, farthest, sign) = (j, outside, v > q ? 1 : -1);
        }
        if (leaves < 0) return false;
        // v > q: the row's residual would rather be positive, so its fitted value falls. Residual i moves by t · rates[i].
        var breaks = new List<(double T, int Row)>();
        double slope = -farthest;
        double[] rates = new double[_n];
        for (int i = 0; i < _n; i++)
        {
            if (inBasis.Contains(i)) continue;
            double rate = 0;
            var row = design.Row(i);
            for (int k = 0; k < _p; k++) rate += row[k] * inverse[k * _p + leaves];
            rates[i] = sign * rate;
            if (Math.Abs(rates[i]) < Zero) continue;
            double r = Math.Abs(residuals[i]) <= Zero ? 0 : residuals[i], t = -r / rates[i];
            if (r == 0) slope += rates[i] > 0 ? q * rates[i] : (q - 1) * rates[i];
            if (t > 0) breaks.Add((t, i));
        }
        if (slope >= -1e-12) return false; // ties: the vertex cannot be left in this way
        breaks.Sort((a, b) => a.T != b.T ? a.T.CompareTo(b.T) : a.Row.CompareTo(b.Row));
        foreach (var (_, i) in breaks)
        {
            slope += Math.Abs(rates[i]);
            if (slope < 0) continue;
            basis[leaves] = i;
            return true;
        }
        return false;
    }

    // The first p rows of the order that are independent, by elimination.
    private int[]? Basis(int[] order)
    {
        var rows = new List<double[]>();
        var pivots = new List<int>();
        var basis = new List<int>();
        foreach (int i in order)
        {
            double[] row = design.Row(i).ToArray();
            double size = row.Max(Math.Abs);
            for (int k = 0; k < rows.Count; k++)
            {
                double f = row[pivots[k]] / rows[k][pivots[k]];
                for (int j = 0; j < _p; j++) row[j] -= f * rows[k][j];
            }
            int pivot = 0;
            for (int j = 1; j < _p; j++)
                if (Math.Abs(row[j]) > Math.Abs(row[pivot])) pivot = j;
            if (!(Math.Abs(row[pivot]) > 1e-9 * size)) continue;
            rows.Add(row);
            pivots.Add(pivot);
            basis.Add(i);
            if (basis.Count == _p) return [.. basis];
        }
        return null;
    }

    // Of the matrix of basis rows, by Gauss-Jordan with row pivots; null if it is singular.
    private double[]? Inverse(int[] basis)
    {
        double[] a = new double[_p * _p], inverse = new double[_p * _p];
        for (int j = 0; j < _p; j++)
        {
            design.Row(basis[j]).CopyTo(a.AsSpan(j * _p));
            inverse[j * _p + j] = 1;
        }
        for (int c = 0; c < _p; c++)
        {
            int pivot = c;
            for (int r = c + 1; r < _p; r++)
                if (Math.Abs(a[r * _p + c]) > Math.Abs(a[pivot * _p + c])) pivot = r;
            double top = a[pivot * _p + c];
            if (!(Math.Abs(top) > 1e-14)) return null;
            for (int k = 0; k < _p; k++)
            {
                (a[c * _p + k], a[pivot * _p + k]) = (a[pivot * _p + k], a[c * _p + k]);
                (inverse[c * _p + k], inverse[pivot * _p + k]) = (inverse[pivot * _p + k], inverse[c * _p + k]);
            }
            for (int k = 0; k < _p; k++)
            {
                a[c * _p + k] /= top;
                inverse[c * _p + k] /= top;
            }
            for (int r = 0; r < _p; r++)
            {
                double f = a[r * _p + c];
                if (r == c || f == 0) continue;
                for (int k = 0; k < _p; k++)
                {
                    a[r * _p + k] -= f * a[c * _p + k];
                    inverse[r * _p + k] -= f * inverse[c * _p + k];
                }
            }
        }
        return inverse;
    }

    private double[] Vertex(double[] inverse, int[] basis)
    {
        double[] v = new double[_p];
        for (int k = 0; k < _p; k++)
            for (int j = 0; j < _p; j++) v[k] += inverse[k * _p + j] * design.Y[basis[j]];
        return v;
    }

    private double[] Residuals(double[] v)
    {
        double[] residuals = new double[_n];
        for (int i = 0; i < _n; i++)
        {
            double fit = 0;
            var row = design.Row(i);
            for (int j = 0; j < _p; j++) fit += row[j] * v[j];
            residuals[i] = design.Y[i] - fit;
        }
        return residuals;
    }

    private double Loss(double[] residuals)
    {
        double sum = 0;
        foreach (double r in residuals) sum += r >= 0 ? q * r : (q - 1) * r;
        return sum;
    }
}
