using Forage.Extreme.Tree;
using Forage.Extreme.Tree.Internals;
using Forage.Features;

namespace Forage.Tests.Extreme.Tree;

public class DualDescentTests
{
    private const int Examples = 60, Columns = 9;

    public static TheoryData<NodeLoss, double> Problems() => new()
    {
        { NodeLoss.Logistic, 0.1 }, { NodeLoss.Logistic, 1 }, { NodeLoss.Logistic, 30 },
        { NodeLoss.SquaredHinge, 0.1 }, { NodeLoss.SquaredHinge, 1 }, { NodeLoss.SquaredHinge, 30 },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void Duality_gap_is_closed_in_every_lane(NodeLoss loss, double c)
    {
        for (ulong seed = 1; seed <= 2; seed++)
        {
            var (rows, positive) = Problem(seed, 16);
            var descent = Solve(rows, positive, 16, loss, c);
            for (int k = 0; k < 16; k++)
            {
                double primal = 0, dual = 0, square = 0;
                for (int column = 0; column < rows.ColumnCount; column++) square += Math.Pow(descent.Weights[column * 16 + k], 2);
                for (int i = 0; i < Examples; i++)
                {
                    double margin = Sign(positive[i], k) * Dot(rows, i, Lane(descent.Weights, rows.ColumnCount, k)), a = descent.Alpha[i * 16 + k];
                    Assert.InRange(a, 0, loss == NodeLoss.Logistic ? c * (1 + 1e-6) : double.MaxValue);
                    primal += c * Loss(loss, margin);
                    dual += loss == NodeLoss.Logistic ? -XLogX(a) - XLogX(Math.Max(0, c - a)) + c * Math.Log(c) : a - a * a / (4 * c);
                }
                (primal, dual) = (primal + square / 2, dual - square / 2);
                Assert.True(Math.Abs(primal - dual) <= 2e-3 * (1 + primal), $"lane {k} seed {seed}: primal {primal}, dual {dual}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void Weights_are_those_of_plain_gradient_descent_on_the_primal(NodeLoss loss, double c)
    {
        var (rows, positive) = Problem(7, 3);
        var descent = Solve(rows, positive, 3, loss, c);
        for (int k = 0; k < 3; k++)
        {
            double[] reference = Reference(rows, positive, k, loss, c);
            for (int column = 0; column < rows.ColumnCount; column++) Assert.Equal(reference[column], descent.Weights[column * 16 + k], 2e-3 * (1 + Math.Sqrt(c)));
        }
    }

    [Theory]
    [InlineData(NodeLoss.Logistic)]
    [InlineData(NodeLoss.SquaredHinge)]
    public void A_lane_does_not_care_what_stands_beside_it_beyond_the_order_of_steps(NodeLoss loss)
    {
        var (rows, positive) = Problem(3, 16);
        var all = Solve(rows, positive, 16, loss, 1);
        float[] lane = Lane(all.Weights, rows.ColumnCount, 5);
        ushort[] alone = [.. positive.Select(p => (ushort)(p >> 5 & 1))];
        var one = Solve(rows, alone, 1, loss, 1);
        for (int column = 0; column < rows.ColumnCount; column++)
        {
            Assert.Equal(lane[column], one.Weights[column * 16], 2e-3);
            for (int k = 1; k < 16; k++) Assert.Equal(0, one.Weights[column * 16 + k]); // lanes not used are left alone
        }
    }

    [Fact]
    public void Vector_products_equal_their_scalar_twins_bit_for_bit()
    {
        var rng = new Rng(5);
        for (int n = 0; n <= 37; n++)
        {
            int[] columns = [.. Enumerable.Range(0, n)];
            float[] values = Numbers(n), matrix = Numbers(16 * (n + 1)), twin = [.. matrix], step = Numbers(16), fast = new float[16], slow = new float[16];
            System.Runtime.Intrinsics.Vector512.StoreUnsafe(Lanes.Dot(columns, values, matrix), ref fast[0]);
            Lanes.DotScalar(columns, values, matrix, slow);
            Assert.Equal(slow.Select(BitConverter.SingleToInt32Bits), fast.Select(BitConverter.SingleToInt32Bits));
            Lanes.Add(columns, values, System.Runtime.Intrinsics.Vector512.LoadUnsafe(ref step[0]), matrix);
            Lanes.AddScalar(columns, values, step, twin);
            Assert.Equal(twin.Select(BitConverter.SingleToInt32Bits), matrix.Select(BitConverter.SingleToInt32Bits));
        }

        float[] Numbers(int n)
        {
            float[] special = [0, -0f, 1e-40f, 1e30f, float.PositiveInfinity];
            return [.. Enumerable.Range(0, n).Select(_ => rng.NextInt(12) == 0 ? special[rng.NextInt(special.Length - (rng.NextInt(4) > 0 ? 1 : 0))] : (float)rng.NextGaussian())];
        }
    }

    private static DualDescent Solve(LocalRows rows, ushort[] positive, int lanes, NodeLoss loss, double c)
    {
        var descent = new DualDescent();
        var rng = new Rng(11);
        descent.Solve(rows, positive, lanes, new LabelTreeOptions { Loss = loss, C = c, Tolerance = 1e-4, MaxPasses = 20_000 }, ref rng);
        Assert.True(descent.Passes < 20_000);
        return descent;
    }

    private static (LocalRows Rows, ushort[] Positive) Problem(ulong seed, int lanes)
    {
        var rng = new Rng(seed);
        int[] starts = new int[Examples + 1];
        List<int> columns = [];
        List<float> values = [];
        ushort[] positive = new ushort[Examples];
        for (int i = 0; i < Examples; i++)
        {
            for (int c = 0; c < Columns; c++)
            {
                if (rng.NextInt(3) == 0) continue;
                columns.Add(c);
                values.Add((float)rng.NextGaussian());
            }
            starts[i + 1] = columns.Count;
            for (int k = 0; k < lanes; k++)
                if (rng.NextInt(2 + k) == 0) positive[i] |= (ushort)(1 << k);
        }
        var rows = new LocalRows();
        rows.Gather(new SparseRows(starts, [.. columns], [.. values], Columns), [.. Enumerable.Range(0, Examples)]);
        return (rows, positive);
    }

    private static double[] Reference(LocalRows rows, ushort[] positive, int lane, NodeLoss loss, double c)
    {
        double curvature = 1;
        for (int i = 0; i < Examples; i++)
            foreach (float v in rows.ValuesOf(i)) curvature += c * v * v * (loss == NodeLoss.Logistic ? 0.25 : 2);
        double[] w = new double[rows.ColumnCount], gradient = new double[w.Length];
        double norm = 1;
        for (int step = 0; step < 200_000 && norm > 1e-12; step++)
        {
            w.CopyTo(gradient, 0);
            for (int i = 0; i < Examples; i++)
            {
                double y = Sign(positive[i], lane), margin = y * Dot(rows, i, w);
                double slope = loss == NodeLoss.Logistic ? -1 / (1 + Math.Exp(margin)) : -2 * Math.Max(0, 1 - margin);
                for (int j = 0; j < rows.ColumnsOf(i).Length; j++) gradient[rows.ColumnsOf(i)[j]] += c * slope * y * rows.ValuesOf(i)[j];
            }
            norm = gradient.Sum(g => g * g);
            for (int j = 0; j < w.Length; j++) w[j] -= gradient[j] / curvature;
        }
        return w;
    }

    private static double Loss(NodeLoss loss, double margin) => loss == NodeLoss.Logistic ? Math.Log(1 + Math.Exp(-margin)) : Math.Pow(Math.Max(0, 1 - margin), 2);

    private static double XLogX(double x) => x > 0 ? x * Math.Log(x) : 0;

    private static int Sign(ushort positive, int lane) => (positive >> lane & 1) * 2 - 1;

    private static float[] Lane(ReadOnlySpan<float> weights, int columns, int lane)
    {
        float[] w = new float[columns];
        for (int c = 0; c < columns; c++) w[c] = weights[c * 16 + lane];
        return w;
    }

    private static double Dot<T>(LocalRows rows, int i, T[] w) where T : System.Numerics.INumber<T>
    {
        double sum = 0;
        for (int j = 0; j < rows.ColumnsOf(i).Length; j++) sum += rows.ValuesOf(i)[j] * double.CreateChecked(w[rows.ColumnsOf(i)[j]]);
        return sum;
    }
}
