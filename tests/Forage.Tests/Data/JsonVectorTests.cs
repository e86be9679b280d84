using System.Globalization;
using System.Text;
using Forage.Data;
using Forage.Features;

namespace Forage.Tests.Data;

public class JsonVectorTests
{
    public static TheoryData<string> Cases()
    {
        var names = new TheoryData<string>();
        foreach (var c in Read()) names.Add(c.Name);
        return names;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Features_are_Vowpal_Wabbits(string name)
    {
        var vector = Read().Single(c => c.Name == name);
        byte[] text = Encoding.UTF8.GetBytes(vector.Json + "\n");
        var actual = new List<string>();
        if (vector.Format == "json")
        {
            var batch = new ExampleBatch();
            new JsonExampleParser(vector.Strings).Parse(text, batch);
            Assert.Empty(batch.Faults);
            AddFeatures(actual, 0, batch.Rows[0]);
        }
        else
        {
            var batch = new DecisionBatch();
            new DsjsonParser(new DsjsonOptions { Strings = vector.Strings }).Parse(text, batch);
            Assert.Empty(batch.Faults);
            BatchInvariants.Check(batch);
            for (int a = 0; a < batch[0].ActionCount; a++) AddFeatures(actual, a, batch.Rows[1 + a]);
        }
        Assert.Equal(vector.Features.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Text_and_json_agree_on_every_kind_of_feature()
    {
        // The indices text gives to |a x:1 k:v |b 0:2 2:3 |7 y
        uint a = FeatureHasher.Namespace("a"u8), b = FeatureHasher.Namespace("b"u8), seven = FeatureHasher.Namespace("7"u8);
        uint[] text = [FeatureHasher.Feature("x"u8, a), FeatureHasher.Chain("k"u8, "v"u8, a), FeatureHasher.Feature("0"u8, b), FeatureHasher.Feature("2"u8, b), FeatureHasher.Feature("y"u8, seven)];
        var batch = new ExampleBatch();
        new JsonExampleParser().Parse("""{"a":{"x":1,"k":"v"},"b":[2,0,3],"7":{"y":true}}"""u8, batch);
        Assert.Equal(text, SparseRowFormatTests.Indices(batch.Rows[0]));
    }

    /// <summary>An action's own features come before the shared ones of the same namespace: the order in which the two enter a hash.</summary>
    [Fact]
    public void A_namespace_of_both_crosses_with_itself_as_in_Vowpal_Wabbit()
    {
        var batch = new DecisionBatch();
        new DsjsonParser().Parse("""{"_label_cost":0,"_label_probability":0.5,"_label_Action":2,"_labelIndex":1,"a":[2,1],"c":{"a":{"s":1},"b":{"w":1},"_multi":[{"a":{"x":1}},{"b":{"y":1}}]},"p":[0.5,0.5]}"""u8, batch);
        var crossed = new Crossed { Indices = [] };
        new InteractionSet(["aa"]).Visit(batch.Rows[1], ref crossed);
        Assert.Equal([8652432, 10026228, 449384], crossed.Indices);
        crossed.Indices.Clear();
        new InteractionSet(["aa"]).Visit(batch.Rows[2], ref crossed);
        Assert.Equal([449384u], crossed.Indices);
    }

    private struct Crossed : IFeatureVisitor
    {
        public List<uint> Indices;

        public readonly void Visit(uint xor, float scale, ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
        {
            foreach (uint index in indices) Indices.Add((index ^ xor) & 0xFFFFFF);
        }
    }

    private static void AddFeatures(List<string> to, int example, FeatureRow row)
    {
        for (int g = 0; g < row.GroupCount; g++)
            for (int i = row.Group(g).Start; i < row.Group(g).End; i++)
                to.Add($"{example} {row.Indices[i] & 0xFFFFFF} {FormatG6(row.Values[i])}");
    }

    private static string FormatG6(float value) => double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);

    private static List<Vector> Read()
    {
        var all = new List<Vector>();
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "Vectors", "vw-json.txt"));
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("case ", StringComparison.Ordinal)) continue;
            string[] head = lines[i].Split(' ');
            var vector = new Vector(head[1], head[2], Enum.Parse<StringHashing>(head[3]), lines[++i], []);
            for (; i + 1 < lines.Length && !lines[i + 1].StartsWith("case ", StringComparison.Ordinal); i++)
            {
                string[] f = lines[i + 1].Split(' ');
                vector.Features.Add($"{f[0]} {f[1]} {FormatG6(float.Parse(f[2], CultureInfo.InvariantCulture))}");
            }
            all.Add(vector);
        }
        return all;
    }

    private sealed record Vector(string Name, string Format, StringHashing Strings, string Json, List<string> Features);
}
