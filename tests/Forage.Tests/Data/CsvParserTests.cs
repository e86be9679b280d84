using System.Globalization;
using System.Text;
using Forage.Data;
using Forage.Features;

namespace Forage.Tests.Data;

public class CsvParserTests
{
    private const string Small = "color,size,\"the, \"\"name\"\"\",y\r\nred,1.5,a b,2\r\n\"light blue\",0,\"say \"\"hi\"\", you\",-1\r\n,NA,x,?\r\n";

    [Fact]
    public void Columns_are_told_by_their_values_and_hashed_as_text_would()
    {
        var schema = CsvSchema.Scan(Source(Small));
        Assert.Equal(["color", "size", "the, \"name\"", "y"], schema.Columns.Select(c => c.Name));
        Assert.Equal([CsvColumnKind.Categorical, CsvColumnKind.Numeric, CsvColumnKind.Categorical, CsvColumnKind.Target], schema.Columns.Select(c => c.Kind));
        var batch = Parse(Small, schema);
        Assert.Equal([2f, -1f, float.NaN], batch.Labels.ToArray().Select(l => l.Value));
        Assert.Equal([Category("color", "red"), FeatureHasher.Feature("size"u8, 0), Category("the, \"name\"", "a_b")], SparseRowFormatTests.Indices(batch.Rows[0]));
        Assert.Equal([1, 1.5f, 1], SparseRowFormatTests.Values(batch.Rows[0]));
        Assert.Equal([Category("color", "light_blue"), Category("the, \"name\"", "say_\"hi\",_you")], SparseRowFormatTests.Indices(batch.Rows[1]));
        Assert.Equal([Category("the, \"name\"", "x")], SparseRowFormatTests.Indices(batch.Rows[2]));
    }

    [Fact]
    public void Namespaces_may_be_the_columns()
    {
        var options = new CsvOptions { NamespacePerColumn = true, Ignored = ["the, \"name\""] };
        var batch = Parse(Small, CsvSchema.Scan(Source(Small), options));
        var row = batch.Rows[0];
        Assert.Equal([(byte)'c', (byte)'s'], row.Groups.ToArray().Select(g => g.Namespace));
        uint size = FeatureHasher.Feature("size"u8, FeatureHasher.Namespace("size"u8));
        Assert.Equal(size, row.Indices[row.Group(1).Start]);
    }

    [Theory]
    [InlineData("a\tlabel\n1\tx\n2\ty\n3\tx\n", CsvTarget.Class, new[] { "x", "y" }, new[] { 1f, 2f, 1f })]
    [InlineData("a;label\n1;10\n2;9\n3;9\n", CsvTarget.Class, new[] { "9", "10" }, new[] { 2f, 1f, 1f })] // numbers in their own order
    [InlineData("a|label\n1|yes\n2|no\n3|yes\n", CsvTarget.Binary, new[] { "no", "yes" }, new[] { 1f, -1f, 1f })]
    public void Classes_are_numbered(string text, CsvTarget kind, string[] classes, float[] labels)
    {
        var schema = CsvSchema.Scan(Source(text), new CsvOptions { TargetKind = kind, Target = "label" });
        Assert.Equal(classes, schema.Classes);
        var batch = Parse(text, schema);
        Assert.Equal(labels, batch.Labels.ToArray().Select(l => l.Value));
        // the classes of a training set, given, number a test set
        var again = Parse(text, CsvSchema.FromHeader(Encoding.UTF8.GetBytes(text.Split('\n')[0]), new CsvOptions { TargetKind = kind, Target = "label", Classes = schema.Classes }));
        Assert.Equal(labels, again.Labels.ToArray().Select(l => l.Value));
    }

    [Fact]
    public void Blanks_separate_and_columns_have_numbers_without_a_header()
    {
        const string text = "  1.5   2 \t 7\n3 4 8\n";
        var schema = CsvSchema.Scan(Source(text), new CsvOptions { Header = false });
        Assert.Equal(["1", "2", "3"], schema.Columns.Select(c => c.Name));
        var batch = Parse(text, schema);
        Assert.Equal([7f, 8f], batch.Labels.ToArray().Select(l => l.Value));
        Assert.Equal([1u, 2u], SparseRowFormatTests.Indices(batch.Rows[0]));
    }

    [Fact]
    public void Importance_and_tag_have_columns()
    {
        const string text = "w,y,id,x\n2.5,1,row 1,3\n-1,1,r,3\n";
        var batch = Parse(text, CsvSchema.FromHeader("w,y,id,x"u8, new CsvOptions { Target = "y", Importance = "w", Tag = "id" }));
        Assert.Equal(2.5f, batch.Labels[0].Importance);
        Assert.Equal("row 1", Encoding.UTF8.GetString(batch.Tag(0)));
        Assert.Contains("importance", Assert.Single(batch.Faults).Message);
    }

    [Theory]
    [InlineData("1,2", 3, "2 fields; expected 3")]
    [InlineData("1,2,3,4", 7, "more than 3 fields")]
    [InlineData("x,2,3", 1, "column 'a': 'x' is not a number")]
    [InlineData("inf,2,3", 1, "column 'a': 'inf' is not finite")]
    [InlineData("1,2,x", 5, "the target: 'x' is not a number")]
    [InlineData("1,\"2,3", 3, "does not end on its line")]
    [InlineData("1,\"2\"x,3", 3, "text behind a closing quote")]
    [InlineData("1e99,2,3", 1, "too large")]
    public void Faults_name_place_and_expectation_and_lose_nothing_else(string line, int column, string message)
    {
        string text = $"a,b,y\n1,p,3\n{line}\n4,q,5\n";
        var batch = Parse(text, CsvSchema.FromHeader("a,b,y"u8, new CsvOptions { Numeric = ["a"] }));
        var fault = Assert.Single(batch.Faults);
        Assert.Equal((2, column), (fault.Line, fault.Column));
        Assert.Contains(message, fault.Message);
        Assert.Equal([3f, 5f], batch.Labels.ToArray().Select(l => l.Value));
        Assert.Equal(4, batch.Rows.FeatureCount);
    }

    [Fact]
    public void An_unknown_class_is_a_fault()
    {
        var batch = Parse("a,y\n1,z\n", CsvSchema.FromHeader("a,y"u8, new CsvOptions { TargetKind = CsvTarget.Class, Classes = ["x", "y"] }));
        Assert.Contains("'z' is not one of the 2 classes", Assert.Single(batch.Faults).Message);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a,a", "'a' is there twice")]
    [InlineData("a,\"b", "does not end on its line")]
    public void A_bad_header_is_a_users_fault(string header, string message)
        => Assert.Contains(message, Assert.Throws<ForageException>(() => CsvSchema.FromHeader(Encoding.UTF8.GetBytes(header))).Message);

    [Fact]
    public void Options_that_do_not_fit_are_a_users_fault()
    {
        Assert.Contains("no column 'z'", Assert.Throws<ForageException>(() => CsvSchema.FromHeader("a,b"u8, new CsvOptions { Target = "z" })).Message);
        Assert.Contains("as Numeric and as Target", Assert.Throws<ForageException>(() => CsvSchema.FromHeader("a,b"u8, new CsvOptions { Numeric = ["b"] })).Message);
        Assert.Contains("3 classes", Assert.Throws<ForageException>(() => CsvSchema.Scan(Source("a,y\n1,p\n1,q\n1,r\n"), new CsvOptions { TargetKind = CsvTarget.Binary })).Message);
        Assert.Contains("not known", Assert.Throws<ForageException>(() => CsvSchema.FromHeader("a,y"u8, new CsvOptions { TargetKind = CsvTarget.Class })).Message);
        Assert.Contains("separator", Assert.Throws<ForageException>(() => CsvSchema.FromHeader("a,y"u8, new CsvOptions { Separator = '"' })).Message);
    }

    [Theory]
    [InlineData(',')]
    [InlineData('\t')]
    [InlineData(' ')]
    public void Random_tables_come_back(char separator)
    {
        var rng = new Rng(77);
        const string letters = "ab,;\t \"'é|:0";
        var text = new StringBuilder("c1,n1,c2,y".Replace(',', separator) + "\n");
        var expected = new List<(string C1, float N1, string C2, float Y)>();
        for (int i = 0; i < 500; i++)
        {
            string c1 = Word(ref rng), c2 = Word(ref rng);
            float n = SparseRowFormatTests.RandomFloat(ref rng), y = SparseRowFormatTests.RandomFloat(ref rng);
            expected.Add((c1, n, c2, y));
            text.Append(Quote(c1)).Append(separator).Append(n.ToString("R", CultureInfo.InvariantCulture)).Append(separator).Append(Quote(c2)).Append(separator).Append(y.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }
        var schema = CsvSchema.FromHeader(Encoding.UTF8.GetBytes(text.ToString().Split('\n')[0]), new CsvOptions { Categorical = ["c1", "c2"], Separator = separator });
        var batch = Parse(text.ToString(), schema);
        Assert.Empty(batch.Faults);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Y, batch.Labels[i].Value);
            Assert.Equal([Category("c1", expected[i].C1), FeatureHasher.Feature("n1"u8, 0), Category("c2", expected[i].C2)], SparseRowFormatTests.Indices(batch.Rows[i]));
            Assert.Equal(expected[i].N1, batch.Rows[i].Values[batch.Rows[i].Group(0).Start + 1]);
        }

        static string Word(ref Rng rng)
        {
            var word = new StringBuilder("w");
            for (int k = rng.NextInt(6); k > 0; k--) word.Append(letters[rng.NextInt(letters.Length)]);
            return word.Append('w').ToString();
        }

        static string Quote(string word) => '"' + word.Replace("\"", "\"\"") + '"';
    }

    [Fact]
    public void Open_bandit_rows_become_decisions()
    {
        const string log = ",timestamp,item_id,position,click,propensity_score,user_feature_0,user-item_affinity_0,user-item_affinity_1,user-item_affinity_2\n0,2019-11-24 00:01:03.979311+00:00,2,1,1,0.25,abc,0.0,2.5,0.0\n1,2019-11-24 00:01:04+00:00,3,1,1,0.25,abc,0,0,0\n2,2019-11-24 00:01:04+00:00,1,1,1,0,abc,0,0,0\n3,2019-11-24 00:01:04+00:00,1,1,0,1,abc,0,0\n";
        const string items = ",item_id,item_feature_0,item_feature_1\n0,0,-0.5,aa\n1,1,0.5,bb\n2,2,0,aa\n";
        var source = Source(log);
        var parser = OpenBanditParser.Open(source, Source(items));
        var batch = new DecisionBatch();
        var summary = new RecordReader<DecisionBatch>(source, parser, new ReadOptions { Helpers = 0 }).Read(b =>
        {
            BatchInvariants.Check(b);
            Assert.Equal((3, 4), (b[0].ActionCount, b[0].RowCount));
            var shown = Assert.Single(b.Slate(0).ToArray());
            Assert.Equal((2, 1.0, Math.Log(0.25)), (shown.Action, shown.Reward, shown.LogPropensity));
            Assert.Equal(new DateTimeOffset(2019, 11, 24, 0, 1, 3, TimeSpan.Zero).AddTicks(9793110), b[0].Time);
            Assert.Equal([2, 5, 6, 4], Enumerable.Range(0, 4).Select(r => b.Rows[r].Count)); // user, position; + id, number, category; + affinity; no zero
        });
        Assert.Equal((1, 3), (summary.Records, summary.Malformed));
        Assert.Contains("item_id is 3", summary.FirstFaults[0]);
        Assert.Contains("propensity is 0", summary.FirstFaults[1]);
        Assert.Contains("fields; expected 10", summary.FirstFaults[2]);
        Assert.Throws<ForageException>(() => OpenBanditParser.Open(Source("a,b\n"), 3));
    }

    private static uint Category(string column, string value)
        => FeatureHasher.Chain(Encoding.UTF8.GetBytes(column), Encoding.UTF8.GetBytes(value.Replace(' ', '_').Replace('\t', '_').Replace('|', '_').Replace(':', '_')), 0);

    private static ByteSource Source(string text) => ByteSource.FromBytes(Encoding.UTF8.GetBytes(text), "test");

    private static ExampleBatch Parse(string text, CsvSchema schema)
    {
        var parser = new CsvParser(schema);
        int start = parser.HeaderLines == 0 ? 0 : text.IndexOf('\n') + 1;
        var batch = new ExampleBatch();
        parser.Parse(Encoding.UTF8.GetBytes(text[start..]), batch);
        BatchInvariants.Check(batch);
        return batch;
    }

    [Theory]
    [InlineData("inf", 30, 1)]
    [InlineData("12 kg", 20, 1)]
    [InlineData("inf", 19, 0)]
    [InlineData("", 30, 0)]
    public void ColumnsThatAreCategoriesByAFewValuesAreTold(string other, int numbers, int doubts)
    {
        string text = "x,y\n" + string.Concat(Enumerable.Range(0, numbers).Select(i => $"{i},{i}\n")) + $"{other},1\n";
        var schema = CsvSchema.Scan(Source(text));
        Assert.Equal(doubts == 0 ? [] : [new CsvDoubt("x", numbers, 1, other)], schema.Doubtful);
        Assert.Equal(other.Length > 0 ? CsvColumnKind.Categorical : CsvColumnKind.Numeric, schema.Columns[0].Kind);
        foreach (var declared in new[] { new CsvOptions { Numeric = ["x"] }, new CsvOptions { Categorical = ["x"] } }) Assert.Empty(CsvSchema.Scan(Source(text), declared).Doubtful);
    }
}
