using Forage.Features;
using Forage.Quantiles.Internals;
using Forage.Quantiles.Quanting;

namespace Forage.Quantiles.Linear;

/// <summary>
/// Logistic regression: minimises Σ w_i ln(1 + exp(-z_i (b + v·x_i))) + (ridge/2)|v|², z = ±1, x scaled to mean 0 and deviation 1, by Newton's method with halved steps where the loss would rise. Missing values count as the mean.
/// </summary>
/// <param name="ridge">Penalty, &gt; 0; weights are scaled to a mean of 1.</param>
public sealed class LogisticLearner(double ridge = 1e-4) : IBinaryLearner
{
    private const int Steps = 40;

    /// <inheritdoc/>
    public IBinaryTraining Prepare(NumericTable table, Rng rng)
    {
        if (!(ridge > 0 && double.IsFinite(ridge))) QuantileThrow.Wrong($"The ridge is {ridge}; expected a positive number.");
        var scales = ColumnScales.Of(table);
        return new Training(scales, scales.Rows(table), ridge);
    }

    private sealed class Training(ColumnScales scales, float[] rows, double ridge) : IBinaryTraining
    {
        public IBinaryClassifier Learn(ReadOnlySpan<bool> positive, ReadOnlySpan<float> weights, Rng rng)
        {
            int d = scales.Columns, n = d + 1;
            double[] v = new double[n], step = new double[n], trial = new double[n], hessian = new double[n * n];
            double total = 0;
            int count = 0;
            foreach (float w in weights)
            {
                if (!(w > 0)) continue;
                total += w;
                count++;
            }
            double scale = count / total, loss = Loss(v, positive, weights, scale);
            for (int s = 0; s < Steps; s++)
            {
                Derivatives(v, positive, weights, scale, step, hessian);
                Cholesky.Factor(hessian, n);
                Cholesky.Solve(hessian, n, step);
                double size = 1, next = double.PositiveInfinity;
                for (int half = 0; half < 30; half++, size /= 2)
                {
                    for (int j = 0; j < n; j++) trial[j] = v[j] - size * step[j];
                    if ((next = Loss(trial, positive, weights, scale)) <= loss) break;
                }
                if (!(next <= loss)) break;
                trial.CopyTo(v, 0);
                bool done = loss - next <= 1e-9 * (1 + Math.Abs(loss));
                loss = next;
                if (done) break;
            }
            double bias = v[d];
            double[] raw = new double[d], means = new double[d];
            for (int j = 0; j < d; j++) (raw[j], means[j]) = (v[j] * scales.FactorOf(j), scales.MeanOf(j));
            return new LogisticClassifier(bias, raw, means);
        }

        private double Loss(double[] v, ReadOnlySpan<bool> positive, ReadOnlySpan<float> weights, double scale)
        {
            int d = scales.Columns;
            double sum = 0, squares = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                if (!(weights[i] > 0)) continue;
                double z = Margin(v, i, d) * (positive[i] ? -1 : 1);
                sum += weights[i] * (z > 0 ? z + Math.Log(1 + Math.Exp(-z)) : Math.Log(1 + Math.Exp(z)));
            }
            for (int j = 0; j < d; j++) squares += v[j] * v[j];
            return scale * sum + ridge / 2 * squares;
        }

        private void Derivatives(double[] v, ReadOnlySpan<bool> positive, ReadOnlySpan<float> weights, double scale, double[] gradient, double[] hessian)
        {
            int d = scales.Columns, n = d + 1;
            Array.Clear(gradient);
            Array.Clear(hessian);
            for (int i = 0; i < weights.Length; i++)
            {
                if (!(weights[i] > 0)) continue;
                double p = 1 / (1 + Math.Exp(-Margin(v, i, d))), w = scale * weights[i], g = w * (p - (positive[i] ? 1 : 0)), h = Math.Max(w * p * (1 - p), 1e-12);
                var x = rows.AsSpan(i * d, d);
                for (int j = 0; j < d; j++)
                {
                    gradient[j] += g * x[j];
                    double hx = h * x[j];
                    for (int k = 0; k <= j; k++) hessian[j * n + k] += hx * x[k];
                    hessian[d * n + j] += hx;
                }
                gradient[d] += g;
                hessian[d * n + d] += h;
            }
            for (int j = 0; j < d; j++)
            {
                gradient[j] += ridge * v[j];
                hessian[j * n + j] += ridge;
            }
        }

        private double Margin(double[] v, int i, int d)
        {
            double sum = v[d];
            var x = rows.AsSpan(i * d, d);
            for (int j = 0; j < d; j++) sum += v[j] * x[j];
            return sum;
        }
    }
}
