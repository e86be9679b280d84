using System.Numerics.Tensors;

namespace Forage.OffPolicy.Learning.Objectives;

/// <summary>
/// The softmax of a slate drawn position by position from Φ: q_j(y) = exp(s_y - LSE over A_j) on A_j = Φ \ {y_1..y_{j-1}}, 0 elsewhere (Eq. 11 of Lopez, Dhillon,
/// Jordan 2021, where only earlier actions inside Φ are taken out). For L = -Σ_j F_j(ln q_j(y_j)) with slopes c_j = F_j' the gradient is
/// dL/ds_y = Σ_j c_j (q_j(y) 1{y ∈ A_j} - 1{y = y_j}).
/// </summary>
/// <remarks>
/// Exponentials are taken once, relative to the largest score; masses of A_j are sums over what is left, never differences. If what is left is so small beside
/// what is placed that floats no longer tell (<see cref="Careful"/>), every position takes its own.
/// </remarks>
internal static class SlateSoftmax
{
    /// <summary>Share of the first mass below which a later one is taken anew.</summary>
    private const double Least = 1e-4;

    /// <summary>ln q_j(y_j) of each position; -∞ where y_j is not in A_j.</summary>
    /// <param name="scores">s.</param>
    /// <param name="places">Places of y_j.</param>
    /// <param name="exponentials">Receives exp(s - max s): what <see cref="Finish"/> turns into gradients.</param>
    /// <param name="masses">Receives Σ exp(s - max s) over A_j of each position.</param>
    /// <param name="logQ">Receives the logarithms.</param>
    /// <returns>False if every position has to take its own: <see cref="Careful"/>.</returns>
    public static bool Begin(ReadOnlySpan<float> scores, ReadOnlySpan<int> places, Span<float> exponentials, Span<double> masses, Span<double> logQ)
    {
        float top = TensorPrimitives.Max(scores);
        TensorPrimitives.Subtract(scores, top, exponentials);
        TensorPrimitives.Exp(exponentials, exponentials);
        double whole = 0;
        for (int j = 0; j < places.Length; j++)
        {
            int place = places[j];
            logQ[j] = double.NegativeInfinity;
            if (place < 0)
            {
                masses[j] = j > 0 ? masses[j - 1] : 0;
                continue;
            }
            masses[j] = MassWithout(exponentials, places[..j]);
            if (whole == 0) whole = masses[j];
            if (!(masses[j] > Least * whole)) return false;
            logQ[j] = Math.Min(0, scores[place] - top - Math.Log(masses[j]));
        }
        return true;
    }

    /// <summary>Turns exponentials into dL/ds.</summary>
    /// <param name="places">Places of y_j.</param>
    /// <param name="slopes">c_j; not used where y_j is not looked at.</param>
    /// <param name="masses">As <see cref="Begin"/> gave them.</param>
    /// <param name="gradients">Exponentials, then gradients.</param>
    public static void Finish(ReadOnlySpan<int> places, ReadOnlySpan<double> slopes, ReadOnlySpan<double> masses, Span<float> gradients)
    {
        double all = 0;
        for (int j = 0; j < places.Length; j++)
            if (places[j] >= 0 && slopes[j] != 0) all += slopes[j] / masses[j];
        Span<double> placed = stackalloc double[places.Length];
        double until = 0;
        for (int j = 0; j < places.Length; j++)
        {
            if (places[j] < 0) continue;
            if (slopes[j] != 0) until += slopes[j] / masses[j]; // y_j is in A_1..A_j
            placed[j] = gradients[places[j]] * until - slopes[j];
        }
        TensorPrimitives.Multiply(gradients, (float)all, gradients);
        for (int j = 0; j < places.Length; j++)
            if (places[j] >= 0) gradients[places[j]] = (float)placed[j];
    }

    /// <summary>ln q_j(y_j) of each position, each from the scores left.</summary>
    public static void Careful(ReadOnlySpan<float> scores, ReadOnlySpan<int> places, Span<double> logQ)
    {
        for (int j = 0; j < places.Length; j++)
            logQ[j] = places[j] < 0 ? double.NegativeInfinity : Math.Min(0, scores[places[j]] - LogSum(scores, places[..j]));
    }

    /// <summary>Gradients by the definition.</summary>
    public static void FinishCareful(ReadOnlySpan<float> scores, ReadOnlySpan<int> places, ReadOnlySpan<double> slopes, Span<float> gradients)
    {
        gradients.Clear();
        for (int j = 0; j < places.Length; j++)
        {
            if (places[j] < 0 || slopes[j] == 0) continue;
            double logSum = LogSum(scores, places[..j]);
            for (int y = 0; y < scores.Length; y++)
                if (!places[..j].Contains(y)) gradients[y] += (float)(slopes[j] * Math.Exp(scores[y] - logSum));
            gradients[places[j]] -= (float)slopes[j];
        }
    }

    internal static double LogSum(ReadOnlySpan<float> scores, ReadOnlySpan<int> without)
    {
        float top = float.NegativeInfinity;
        for (int y = 0; y < scores.Length; y++)
            if (scores[y] > top && !without.Contains(y)) top = scores[y];
        double sum = 0;
        for (int y = 0; y < scores.Length; y++)
            if (!without.Contains(y)) sum += Math.Exp(scores[y] - top);
        return top + Math.Log(sum);
    }

    // Sums the stretches between what is placed.
    private static double MassWithout(ReadOnlySpan<float> exponentials, ReadOnlySpan<int> placed)
    {
        if (placed.IsEmpty) return Sum(exponentials);
        Span<int> sorted = stackalloc int[placed.Length];
        int n = 0;
        foreach (int place in placed)
            if (place >= 0) sorted[n++] = place;
        sorted = sorted[..n];
        sorted.Sort();
        double sum = 0;
        int from = 0;
        foreach (int place in sorted)
        {
            sum += Sum(exponentials[from..place]);
            from = place + 1;
        }
        return sum + Sum(exponentials[from..]);
    }

    private static double Sum(ReadOnlySpan<float> x)
    {
        double sum = 0;
        for (; x.Length > 1024; x = x[1024..]) sum += TensorPrimitives.Sum(x[..1024]);
        return sum + (x.IsEmpty ? 0 : TensorPrimitives.Sum(x));
    }
}
