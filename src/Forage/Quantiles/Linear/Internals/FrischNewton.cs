using Forage.Quantiles.Internals;

namespace Forage.Quantiles.Linear.Internals;

/// <summary>
/// The interior point method of Portnoy and Koenker, "The Gaussian Hare and the Laplacian Tortoise" (1997), for the dual max y·a, Xᵀa = (1 - q) Xᵀ1, 0 ≤ a ≤ 1: Mehrotra's predictor and corrector with bounded variables,
/// a Cholesky factorisation of Xᵀ diag X a step. In their notation x is a, s = 1 - a, z and w are the multipliers of the bounds and the coefficients are the negated multipliers of the equations.
/// </summary>
internal sealed class FrischNewton(DesignMatrix design, double q)
{
    private const double Beta = 0.9995, Gap = 1e-10, Start = 1e-3;
    private const int Steps = 100;

    private readonly int _n = design.Rows, _p = design.Width;

    public double[] Solve()
    {
        int n = _n, p = _p;
        double[] x = new double[n], s = new double[n], z = new double[n], w = new double[n], weight = new double[n], r = new double[n];
        double[] dx = new double[n], dz = new double[n], dw = new double[n], xi = new double[n], hessian = new double[p * p], v = new double[p], dv = new double[p], right = new double[p];
        Array.Fill(x, 1 - q);
        Array.Fill(s, q);
        // Start from least squares; the multiplier of row i is r_i = c_i - x_i·v with c = -y.
        Array.Fill(weight, 1);
        Normal(weight, hessian);
        Project(i => -design.Y[i], v);
        Cholesky.Solve(hessian, p, v);
        for (int i = 0; i < n; i++)
        {
            double residual = -design.Y[i] - Dot(i, v);
            (z[i], w[i]) = (Math.Max(residual, 0) + Start, Math.Max(-residual, 0) + Start);
        }
        for (int step = 0; step < Steps; step++)
        {
            double mu = 0;
            for (int i = 0; i < n; i++) mu += z[i] * x[i] + w[i] * s[i];
            if (!(mu > Gap * n)) break;
            for (int i = 0; i < n; i++)
            {
                weight[i] = 1 / (z[i] / x[i] + w[i] / s[i]);
                r[i] = z[i] - w[i];
            }
            Normal(weight, hessian);
            Project(i => weight[i] * r[i], right);
            right.CopyTo(dv, 0);
            Cholesky.Solve(hessian, p, dv);
            double fx = 1, fz = 1;
            for (int i = 0; i < n; i++)
            {
                dx[i] = weight[i] * (Dot(i, dv) - r[i]);
                dz[i] = -z[i] * (1 + dx[i] / x[i]);
                dw[i] = -w[i] * (1 - dx[i] / s[i]);
                Bound(i, x, s, z, w, dx, dz, dw, ref fx, ref fz);
            }
            if (Math.Min(fx, fz) < 1)
            {
                double after = 0;
                for (int i = 0; i < n; i++) after += (z[i] + fz * dz[i]) * (x[i] + fx * dx[i]) + (w[i] + fz * dw[i]) * (s[i] - fx * dx[i]);
                double centre = mu * Math.Pow(after / mu, 3) / (2 * n);
                for (int i = 0; i < n; i++) xi[i] = centre * (1 / x[i] - 1 / s[i]) - dx[i] * dz[i] / x[i] - dx[i] * dw[i] / s[i];
                Project(i => weight[i] * (r[i] - xi[i]), dv);
                Cholesky.Solve(hessian, p, dv);
                (fx, fz) = (1, 1);
                for (int i = 0; i < n; i++)
                {
                    double dxdz = dx[i] * dz[i], dsdw = -dx[i] * dw[i];
                    dx[i] = weight[i] * (Dot(i, dv) - r[i] + xi[i]);
                    dz[i] = (centre - dxdz - z[i] * dx[i]) / x[i] - z[i];
                    dw[i] = (centre - dsdw + w[i] * dx[i]) / s[i] - w[i];
                    Bound(i, x, s, z, w, dx, dz, dw, ref fx, ref fz);
                }
            }
            for (int i = 0; i < n; i++)
            {
                x[i] += fx * dx[i];
                s[i] -= fx * dx[i];
                z[i] += fz * dz[i];
                w[i] += fz * dw[i];
            }
            for (int j = 0; j < p; j++) v[j] += fz * dv[j];
            if (!double.IsFinite(v[0])) break;
        }
        return Array.ConvertAll(v, c => -c);
    }

    private static void Bound(int i, double[] x, double[] s, double[] z, double[] w, double[] dx, double[] dz, double[] dw, ref double primal, ref double dual)
    {
        if (dx[i] < 0) primal = Math.Min(primal, Beta * -x[i] / dx[i]);
        if (dx[i] > 0) primal = Math.Min(primal, Beta * s[i] / dx[i]);
        if (dz[i] < 0) dual = Math.Min(dual, Beta * -z[i] / dz[i]);
        if (dw[i] < 0) dual = Math.Min(dual, Beta * -w[i] / dw[i]);
    }

    private double Dot(int i, double[] v)
    {
        var row = design.Row(i);
        double sum = 0;
        for (int j = 0; j < row.Length; j++) sum += row[j] * v[j];
        return sum;
    }

    // Factor of Xᵀ diag(weight) X.
    private void Normal(double[] weight, double[] hessian)
    {
        Array.Clear(hessian);
        for (int i = 0; i < _n; i++)
        {
            var row = design.Row(i);
            for (int a = 0; a < _p; a++)
            {
                double wx = weight[i] * row[a];
                for (int b = 0; b <= a; b++) hessian[a * _p + b] += wx * row[b];
            }
        }
        Cholesky.Factor(hessian, _p);
    }

    private void Project(Func<int, double> value, double[] to)
    {
        Array.Clear(to);
        for (int i = 0; i < _n; i++)
        {
            double f = value(i);
            var row = design.Row(i);
            for (int j = 0; j < _p; j++) to[j] += f * row[j];
        }
    }
}
