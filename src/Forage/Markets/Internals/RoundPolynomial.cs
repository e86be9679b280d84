namespace Forage.Markets.Internals;

/// <summary>
/// Prices of several rounds from one pass over the traders. The factor of a round is linear in the belief, a(1-p) + bp with a, b ≥ 0, so wealth after k rounds is u Σ_j c_j p^j (1-p)^(k-j), and every sum the prices need is one of
/// S_j = Σ u p^j (1-p)^(D-j), j = 0..D: to lower degrees by 1 = p + (1-p). Nothing is ever subtracted, so nothing cancels.
/// </summary>
internal sealed class RoundPolynomial(int degree)
{
    private readonly double[][] _sums = [.. Enumerable.Range(0, degree + 1).Select(r => new double[r + 1])];
    private readonly double[] _coefficients = new double[degree + 1], _elevated = new double[degree + 1];

    /// <summary>D: rounds there is room for.</summary>
    public int Degree => degree;

    /// <summary>k, rounds taken since the moments were.</summary>
    public int Rounds { get; private set; }

    /// <summary>Begins anew from the moments S of the traders as they are.</summary>
    public void Begin(ReadOnlySpan<double> moments)
    {
        moments.CopyTo(_sums[degree]);
        for (int r = degree - 1; r >= 0; r--)
            for (int j = 0; j <= r; j++) _sums[r][j] = _sums[r + 1][j] + _sums[r + 1][j + 1];
        _coefficients.AsSpan().Clear();
        _coefficients[0] = 1;
        Rounds = 0;
    }

    /// <summary>Σ u (1-p) and Σ u p after the rounds taken; there must be room for one more.</summary>
    public (double Against, double For) Sums()
    {
        double[] sums = _sums[Rounds + 1];
        double against = 0, held = 0;
        for (int j = 0; j <= Rounds; j++)
        {
            against += _coefficients[j] * sums[j];
            held += _coefficients[j] * sums[j + 1];
        }
        return (against, held);
    }

    /// <summary>Takes a round of factor a(1-p) + bp.</summary>
    public void Take(double a, double b)
    {
        Rounds++;
        for (int j = Rounds; j > 0; j--) _coefficients[j] = a * _coefficients[j] + b * _coefficients[j - 1];
        _coefficients[0] *= a;
    }

    /// <summary>The D + 1 coefficients of the rounds taken as a polynomial of degree D; valid until the next round.</summary>
    public ReadOnlySpan<double> Elevated()
    {
        _coefficients.CopyTo(_elevated, 0);
        for (int k = Rounds; k < degree; k++)
            for (int j = k + 1; j > 0; j--) _elevated[j] += _elevated[j - 1];
        return _elevated;
    }

    /// <summary>What the rounds taken have made of a wealth of 1 at belief p.</summary>
    public double Factor(double p)
    {
        double value = 0, power = 1;
        for (int j = 0; j <= Rounds; j++, power *= p) value += _coefficients[j] * power * Math.Pow(1 - p, Rounds - j);
        return value;
    }
}
