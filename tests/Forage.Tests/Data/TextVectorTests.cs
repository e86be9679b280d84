using System.Globalization;
using System.Text;
using Forage.Data;
using Forage.Features;

namespace Forage.Tests.Data;

/// <summary>What Vowpal Wabbit 9.11.2 printed with --audit for these lines; both the fast and the general way of the parser must give it.</summary>
public class TextVectorTests
{
    public static TheoryData<string> Cases() => [.. Read().Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Features_are_Vowpal_Wabbits(string name)
    {
        var vector = Read().Single(v => v.Name == name);
        Assert.Equal(vector.Features, Parse(vector, padding: 0).Order(StringComparer.Ordinal));
        Assert.Equal(vector.Features, Parse(vector, padding: 200).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("1 |a:foo x", 6, "as the weight of a namespace")]
    [InlineData("1 |a p x:1e5x y", 10, "'1e5x' is not a number")]
    [InlineData("1 |a x:nan", 8, "not finite")]
    [InlineData("1 |a x:-inf", 8, "not finite")]
    [InlineData("1 |a x:1e99 y", 8, "too large")]
    [InlineData("1 |a x:12abc", 8, "'12abc' is not a number")]
    [InlineData("1 |a x: y", 8, "nothing where the value")]
    [InlineData("1 |:3 x", 4, "the name of a namespace")]
    [InlineData("x |a y", 1, "as the label")]
    [InlineData("1 -2 |a y", 3, "importance of -2")]
    [InlineData("1 2 3 4 |a y", 7, "a fourth number")]
    [InlineData("nan |a y", 1, "not finite")]
    public void A_malformed_line_is_reported_where_it_is_wrong_and_costs_no_other_line(string line, int column, string message)
    {
        foreach (string after in new[] { "", new string(' ', 200) })
        {
            var batch = new ExampleBatch();
            new VwTextParser().Parse(Encoding.UTF8.GetBytes("-1 |a good:2\n" + line + "\n1 |b fine\n" + after), batch);
            var fault = Assert.Single(batch.Faults);
            Assert.Equal((2, column), (fault.Line, fault.Column));
            Assert.Contains(message, fault.Message);
            Assert.Equal(after.Length == 0 ? 2 : 3, batch.Count);
            Assert.Equal((-1, 1), (batch.Labels[0].Value, batch.Labels[1].Value));
            BatchInvariants.Check(batch);
        }
    }

    [Fact]
    public void Labels_importances_bases_and_tags_are_read()
    {
        var batch = new ExampleBatch();
        new VwTextParser().Parse("1 2.5 0.25 'tag|a x\n-1 tag2|a x\n|a x\n'only |a x\n3\n"u8, batch);
        Assert.Empty(batch.Faults);
        Assert.Equal([new SimpleLabel(1, 2.5f, 0.25f), new SimpleLabel(-1)], batch.Labels[..2].ToArray());
        Assert.False(batch.Labels[2].IsLabelled);
        Assert.False(batch.Labels[3].IsLabelled);
        Assert.Equal(3, batch.Labels[4].Value);
        Assert.Equal(["tag", "tag2", "", "only", ""], Enumerable.Range(0, 5).Select(i => Encoding.UTF8.GetString(batch.Tag(i))));
    }

    [Fact]
    public void Numbers_read_fast_and_slowly_are_the_same()
    {
        var rng = new Rng(1);
        for (int i = 0; i < 20_000; i++)
        {
            int digits = 1 + rng.NextInt(8), point = rng.NextInt(digits + 1);
            var text = new StringBuilder(rng.NextInt(3) == 0 ? "-" : "");
            for (int d = 0; d < digits; d++)
            {
                if (d == point) text.Append('.');
                text.Append((char)('0' + rng.NextInt(10)));
            }
            var batch = new ExampleBatch();
            new VwTextParser().Parse(Encoding.UTF8.GetBytes($"|a x:{text} y:{text}\n{new string(' ', 100)}"), batch);
            float expected = float.Parse(text.ToString(), CultureInfo.InvariantCulture);
            if (expected != 0) Assert.Equal([expected, expected], batch.Rows[0].Values[..2].ToArray());
        }
    }

    /// <summary>Lines of every mixture: what the vector lanes, the short words and the general way make of them is the same to the last bit.</summary>
    [Fact]
    public void The_fast_ways_and_the_general_way_agree_bit_for_bit()
    {
        var rng = new Rng(17);
        string[] odd = ["x", "x:y", ":3", "a:-", "b:1e-3", "c:+2", "d:0", "e:-0.0", "f:.", "g:1.2.3", "h:-.5", "i:5.", "12abc:1", "j:123456789", "k:99999999", "l:", "m:--1", "n:1-", "\u00e9:1"];
        for (int round = 0; round < 20_000; round++)
        {
            var line = new StringBuilder("1 |a");
            int features = rng.NextInt(40), oddness = rng.NextInt(4);
            for (int f = 0; f < features; f++)
            {
                line.Append(rng.NextInt(60) == 0 ? "  " : " ");
                if (oddness > 0 && rng.NextInt(1 << (2 * oddness)) == 0)
                {
                    line.Append(odd[rng.NextInt(round % 2 == 0 ? 4 : odd.Length)]);
                    continue;
                }
                bool numeric = rng.NextInt(3) == 0;
                for (int n = 1 + rng.NextInt(rng.NextInt(8) == 0 ? 12 : 8); n > 0; n--) line.Append((char)(numeric ? '0' + rng.NextInt(10) : 'a' + rng.NextInt(26)));
                line.Append(':').Append(rng.NextInt(5) == 0 ? "-" : "");
                int whole = 1 + rng.NextInt(3), fraction = rng.NextInt(6);
                for (; whole > 0; whole--) line.Append((char)('0' + rng.NextInt(10)));
                if (fraction > 0) line.Append('.');
                for (; fraction > 0; fraction--) line.Append((char)('0' + rng.NextInt(10)));
                if (rng.NextInt(50) == 0) line.Append("|b");
            }
            byte[] text = Encoding.UTF8.GetBytes(line.Append('\n').ToString());
            ExampleBatch slow = new(), fast = new();
            new VwTextParser().Parse(text, slow);
            new VwTextParser().Parse([.. text, .. new byte[200].Select(_ => (byte)'\n')], fast);
            Assert.True(slow.Faults.SequenceEqual(fast.Faults), line.ToString());
            Assert.Equal(slow.Count, fast.Count);
            if (slow.Count == 0) continue;
            Assert.True(slow.Rows[0].Indices.SequenceEqual(fast.Rows[0].Indices), line.ToString());
            Assert.True(slow.Rows[0].Values.SequenceEqual(fast.Rows[0].Values), line.ToString());
            Assert.True(slow.Rows[0].Groups.SequenceEqual(fast.Rows[0].Groups), line.ToString());
        }
    }

    private static List<string> Parse(Vector vector, int padding)
    {
        byte[] text = Encoding.UTF8.GetBytes(vector.Input + "\n" + new string(' ', padding));
        var interactions = new InteractionSet(vector.Interactions);
        var found = new List<string>();
        if (vector.IsDecision)
        {
            var batch = new DecisionBatch();
            new VwActionsParser().Parse(Encoding.UTF8.GetBytes(vector.Input + "\n"), batch);
            Assert.Empty(batch.Faults);
            for (int d = 0, example = 0; d < batch.Count; d++)
                for (int a = 0; a < batch[d].ActionCount; a++) Add(batch.Rows[batch[d].FirstRow + 1 + a], example++);
        }
        else
        {
            var batch = new ExampleBatch();
            new VwTextParser().Parse(text, batch);
            Assert.Empty(batch.Faults);
            Add(batch.Rows[0], 0);
        }
        return found;

        void Add(FeatureRow row, int example)
        {
            var collector = new Collector { Lines = found, Example = example };
            for (int g = 0; g < row.GroupCount; g++) collector.Visit(0, 1, row.Indices[row.Group(g).Start..row.Group(g).End], row.Values[row.Group(g).Start..row.Group(g).End]);
            interactions.Visit(row, ref collector);
        }
    }

    private static List<Vector> Read()
    {
        var all = new List<Vector>();
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "Vectors", "vw-text.txt"));
        for (int i = 0; i < lines.Length; i++)
        {
            string[] head = lines[i].Split('\t');
            var features = new List<string>();
            string input = lines[++i].Replace("\\t", "\t").Replace("\\n", "\n").Replace("\\r", "\r").Replace("\\\\", "\\");
            for (; i + 1 < lines.Length && !lines[i + 1].StartsWith("case\t", StringComparison.Ordinal); i++) features.Add(lines[i + 1]);
            all.Add(new Vector(head[1], head[2] == "actions", head[3].Length == 0 ? [] : head[3].Split(','), input, [.. features.Order(StringComparer.Ordinal)]));
        }
        return all;
    }

    private sealed record Vector(string Name, bool IsDecision, string[] Interactions, string Input, List<string> Features);

    private struct Collector : IFeatureVisitor
    {
        public List<string> Lines;
        public int Example;

        public readonly void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
        {
            for (int i = 0; i < indices.Length; i++)
                Lines.Add($"{Example} {(indices[i] ^ xor) & 0xFFFFFF} {(values[i] * scale).ToString("G6", CultureInfo.InvariantCulture).Replace("E+", "e+")}");
        }
    }
}
