using System.Text;
using Forage.Data;
using Forage.Features;

namespace Forage.Tests.Data;

public class DsjsonParserTests
{
    private const string Personalizer = """{"_label_cost":-0.5,"_label_probability":0.8,"_label_Action":2,"_labelIndex":1,"o":[{"v":0.5,"EventId":"e1","ActionTaken":false}],"Timestamp":"2021-02-04T16:31:29.2460000Z","Version":"1","EventId":"e1","a":[2,1,3],"c":{"FromUrl":[{"timeofday":"Morning"}],"_multi":[{"_tag":"a","i":{"constant":1,"id":"a"},"j":[{"t":1}]},{"_tag":"b","i":{"constant":1,"id":"b"},"j":[{"t":2}]},{"_tag":"c","i":{"constant":1,"id":"c"},"j":[{}]}]},"p":[0.8,0.1,0.1],"VWState":{"m":"model/7"},"_original_label_cost":-0.5}""";

    [Fact]
    public void A_personalizer_record_becomes_a_decision()
    {
        var batch = One(Personalizer);
        var d = batch[0];
        Assert.Equal((3, 4, 0), (d.ActionCount, d.RowCount, d.FirstRow));
        var shown = Assert.Single(batch.Slate(0).ToArray());
        Assert.Equal((1, 0.5), (shown.Action, shown.Reward));
        Assert.Equal(0.8, shown.Propensity, 12);
        Assert.Equal([0.1, 0.8, 0.1], batch.Distribution(0).ToArray());
        Assert.Equal("e1", Encoding.UTF8.GetString(batch.EventId(0)));
        Assert.Equal("model/7", Encoding.UTF8.GetString(batch.PolicyVersion(0)));
        Assert.Equal(new DateTimeOffset(2021, 2, 4, 16, 31, 29, 246, TimeSpan.Zero), d.Time);
        Assert.Equal(1, d.Importance);
        Assert.False(d.SkipLearn);
        Assert.Equal(1, batch.Rows[0].Count);
        Assert.Equal([4, 4, 3], new[] { batch.Rows[1].Count, batch.Rows[2].Count, batch.Rows[3].Count }); // each with the shared feature
        var logged = batch.ToLogged(0);
        Assert.Equal(0.5, logged.Reward);
        Assert.Equal("model/7", logged.PolicyVersion);
    }

    [Fact]
    public void Members_may_stand_in_any_order()
    {
        var expected = One("""{"_label_cost":1,"_label_probability":0.5,"_label_Action":1,"a":[1,2],"c":{"u":{"x":1,"s":"v"},"z":3,"_multi":[{"a":{"p":1}},{"a":{"q":2}}]},"p":[0.5,0.5]}""");
        var actual = One("""{ "p" : [ 0.5, 0.5 ] , "c":{"_multi":[{"a":{"p":1}},{"a":{"q":2}}], "u" :{"x": 1,"s":"v"},"z":3.0},"a":[1,2],"_label_Action":1,"_label_probability":0.5,"_label_cost":1}""");
        for (int r = 0; r < 3; r++)
        {
            Assert.Equal(SparseRowFormatTests.Indices(expected.Rows[r]), SparseRowFormatTests.Indices(actual.Rows[r]));
            Assert.Equal(SparseRowFormatTests.Values(expected.Rows[r]), SparseRowFormatTests.Values(actual.Rows[r]));
        }
        Assert.Equal(expected.Slate(0).ToArray(), actual.Slate(0).ToArray());
        Assert.Equal(expected.Distribution(0).ToArray(), actual.Distribution(0).ToArray());
    }

    [Fact]
    public void Slots_become_a_slate_with_conditional_propensities()
    {
        var batch = One("""{"Timestamp":"2020-01-01T00:00:00Z","_outcomes":[{"_label_cost":-1,"_id":"s0","_a":[2,0,1],"_p":[0.5,0.25,0.25],"_o":[]},{"_label_cost":0,"_id":"s1","_a":[0,1],"_p":[0.9,0.1],"_o":[1]}],"EventId":"m1","c":{"u":{"x":1},"_multi":[{"a":1},{"b":1},{"d":1}],"_slots":[{"_id":"s0","pos":{"first":1}},{"_id":"s1"}]},"VWState":{"m":"m2"}}""");
        var slate = batch.Slate(0).ToArray();
        Assert.Equal([(2, 1.0), (0, 0.0)], slate.Select(a => (a.Action, a.Reward)));
        Assert.Equal([0.5, 0.9], slate.Select(a => Math.Round(a.Propensity, 12)));
        Assert.Equal([0.25, 0.25, 0.5], batch.Distribution(0).ToArray());
    }

    [Fact]
    public void Checkpoints_rewards_without_decision_and_blank_lines_are_skipped()
    {
        var batch = Parse("[checkpoint,1,2]\n\n" + Personalizer + "\n  [x\n{\"RewardValue\":1,\"DanglingReward\":true,\"EventId\":\"q\"}\n" + Personalizer);
        Assert.Empty(batch.Faults);
        Assert.Equal((2, 3L, 6L), (batch.Count, batch.Skipped, batch.Lines));
    }

    [Fact]
    public void Unlabelled_decisions_have_no_slate()
    {
        var batch = One("""{"a":[2,1],"c":{"_multi":[{"x":1},{"y":1}]},"p":[0.75,0.25]}""");
        Assert.True(batch.Slate(0).IsEmpty);
        Assert.Equal([0.25, 0.75], batch.Distribution(0).ToArray());
    }

    [Fact]
    public void Without_multi_the_actions_are_a_fixed_set()
    {
        var batch = One("""{"_label_cost":-1,"_label_probability":0.2,"_label_Action":3,"a":[3,1,2],"c":{"u":{"x":1}},"p":[0.2,0.4,0.4]}""");
        Assert.Equal((3, 1), (batch[0].ActionCount, batch[0].RowCount));
        Assert.Equal([0.4, 0.4, 0.2], batch.Distribution(0).ToArray());
    }

    [Theory]
    [InlineData("""[0.2,0.8]""", 0.8, new[] { 0.2, 0.8 })] // aligned with the actions instead of with a = [2,1]
    [InlineData("""[0.8,0.2]""", 0.8, new[] { 0.2, 0.8 })] // aligned with a
    [InlineData("""[0.7,0.3]""", 0.8, new double[0])] // agrees with nothing
    [InlineData("""[0.8,0.4]""", 0.8, new double[0])] // no distribution
    [InlineData("""[0.8]""", 0.8, new double[0])]
    public void The_labels_probability_is_trusted_over_p(string p, double propensity, double[] distribution)
    {
        var batch = One($$"""{"_label_cost":0,"_label_probability":0.8,"_label_Action":2,"a":[2,1],"c":{"_multi":[{"x":1},{"y":1}]},"p":{{p}}}""");
        Assert.Equal(propensity, batch.Slate(0)[0].Propensity, 12);
        Assert.Equal(distribution, batch.Distribution(0).ToArray());
    }

    [Fact]
    public void Without_a_labels_probability_p_says_it()
        => Assert.Equal(0.3, One("""{"_label_cost":0,"_label_Action":1,"a":[2,1],"c":{"_multi":[{"x":1},{"y":1}]},"p":[0.7,0.3]}""").Slate(0)[0].Propensity, 12);

    [Fact]
    public void Without_any_probability_the_propensity_is_missing()
    {
        Assert.True(double.IsNaN(One("""{"_label_cost":0,"_label_Action":1,"c":{"_multi":[{"x":1},{"y":1}]}}""").Slate(0)[0].LogPropensity));
        var batch = new DecisionBatch();
        new DsjsonParser(new DsjsonOptions { ZeroPropensityIsMissing = true }).Parse("""{"_label_cost":0,"_label_probability":0,"_label_Action":1,"c":{"_multi":[{"x":1}]}}"""u8, batch);
        Assert.True(double.IsNaN(batch.Slate(0)[0].LogPropensity));
    }

    [Fact]
    public void Drop_and_skip_are_kept()
    {
        var batch = One("""{"_label_cost":0,"_label_probability":1,"_label_Action":1,"_skipLearn":true,"pdrop":0.75,"c":{"_multi":[{"x":1}]}}""");
        Assert.Equal(4, batch[0].Importance, 12);
        Assert.True(batch[0].SkipLearn);
        Assert.Equal(4, batch.ToLogged(0).Importance, 12);
    }

    [Theory]
    [InlineData("""{"_label_cost":0,"_label_probability":0,"_label_Action":1,"c":{"_multi":[{"x":1}]}}""", "propensity is 0")]
    [InlineData("""{"_label_cost":0,"_label_probability":1.5,"_label_Action":1,"c":{"_multi":[{"x":1}]}}""", "propensity is 1.5")]
    [InlineData("""{"_label_cost":0,"_label_probability":-0.1,"_label_Action":1,"c":{"_multi":[{"x":1}]}}""", "propensity is -0.1")]
    [InlineData("""{"_label_cost":NaN,"_label_probability":1,"_label_Action":1,"c":{"_multi":[{"x":1}]}}""", "not finite")]
    [InlineData("""{"_label_cost":0,"_label_probability":1,"_label_Action":3,"c":{"_multi":[{"x":1},{"y":1}]}}""", "only 2 actions")]
    [InlineData("""{"_label_cost":0,"_label_probability":1,"_label_Action":0,"c":{"_multi":[{"x":1},{"y":1}]}}""", "_label_Action is 0")]
    [InlineData("""{"_label_cost":0,"_label_probability":1,"_label_Action":1,"_labelIndex":1,"c":{"_multi":[{"x":1},{"y":1}]}}""", "_labelIndex")]
    [InlineData("""{"_label_cost":0,"_label_probability":1,"c":{"_multi":[{"x":1},{"y":1}]}}""", "without an action")]
    [InlineData("""{"a":[1,1],"c":{"_multi":[{"x":1},{"y":1}]},"p":[0.5,0.5]}""", "listed twice")]
    [InlineData("""{"a":[1,3],"c":{"_multi":[{"x":1},{"y":1}]},"p":[0.5,0.5]}""", "only 2 actions")]
    [InlineData("""{"a":[1,2],"c":{"_multi":[{"x":1},{"y":1}]},"p":[1.5,-0.5]}""", "probability is 1.5")]
    [InlineData("""{"_outcomes":[{"_label_cost":0,"_a":[0],"_p":[1]},{"_label_cost":0,"_a":[0],"_p":[1]}],"c":{"_multi":[{"x":1},{"y":1}]}}""", "twice in one slate")]
    [InlineData("""{"_outcomes":[{"_a":[0],"_p":[1]}],"c":{"_multi":[{"x":1}]}}""", "without '_label_cost'")]
    [InlineData("""{"_outcomes":[{"_label_cost":0,"_a":[0],"_p":[0]}],"c":{"_multi":[{"x":1}]}}""", "propensity is 0")]
    [InlineData("""{"c":{"_multi":[]}}""", "no action")]
    [InlineData("""{"c":{"u":1}}""", "no actions")]
    [InlineData("""{"c":{"_multi":[{"x":1}],"_multi":[{"x":1}]}}""", "second '_multi'")]
    [InlineData("""{"c":{"_multi":[{"x":1}]},"c":{"_multi":[{"x":1}]}}""", "second 'c'")]
    [InlineData("""{"pdrop":1,"c":{"_multi":[{"x":1}]}}""", "pdrop is 1")]
    [InlineData("""{"Timestamp":"yesterday","c":{"_multi":[{"x":1}]}}""", "not a time")]
    [InlineData("""{"c":{"_multi":[{"x":1}""", "ends where")]
    [InlineData("""{"c":{"_multi":[{"x":1}]}}}""", "the end of the line")]
    [InlineData("""{"c":{"_multi":[{"x":tru}]}}""", "where a value was expected")]
    [InlineData("""{"c":{"_multi":[{"x":inf}]}}""", "not finite")]
    [InlineData("""{"c":{"_multi":[{"x":1e99}]}}""", "too large")]
    [InlineData("""{"c":{"_multi":[{"x":["a"]}]}}""", "in an array of features")]
    [InlineData("""{"c":{"_multi":[{"x":[[1]]}]}}""", "in an array of features")]
    [InlineData("""{"c":{"_multi":[{"x":"\ud800"}]}}""", "not an escape")]
    [InlineData("""{"c":{"_multi":[{"x":"\q"}]}}""", "not an escape")]
    [InlineData("""{"c":{"_multi":[1]}}""", "the object of an action")]
    [InlineData("""{"c":{"_multi":[{"_slot_id":0,"x":1}]}}""", "an action set of its own for each slot")]
    [InlineData("""hello""", "where '{' was expected")]
    public void Faults_say_what_was_expected_and_lose_nothing_else(string line, string message)
    {
        var batch = Parse(Personalizer + "\n" + line + "\n" + Personalizer);
        var fault = Assert.Single(batch.Faults);
        Assert.Equal(2, fault.Line);
        Assert.InRange(fault.Column, 1, line.Length + 1);
        Assert.Contains(message, fault.Message);
        Assert.Equal(2, batch.Count);
        Assert.Equal(8, batch.Rows.RowCount);
        BatchInvariants.Check(batch);
    }

    [Fact]
    public void Bombs_of_brackets_are_faults()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 100_000)), deepArray = new string('[', 100_000);
        var batch = Parse($"{{\"c\":{{\"u\":{deep}\n{{\"x\":{deep}\n{{\"x\":{deepArray}\n{{\"c\":{{\"u\":{deepArray}\n");
        Assert.Equal(4, batch.Faults.Count);
        Assert.Equal(0, batch.Rows.FeatureCount);
    }

    [Theory]
    [InlineData(1_000)] // a quote list is made
    [InlineData(100_000)] // the line is too long for one
    public void Long_lines_are_read_like_short_ones(int features)
    {
        string members = string.Join(',', Enumerable.Range(1, features).Select(i => $"\"f{i}\":{i % 7 + 1}")), line = $"{{\"c\":{{\"u\":{{{members}}},\"_multi\":[{{\"x\":1}}]}}}}";
        var batch = Parse(line + "\n" + Personalizer);
        Assert.Equal(2, batch.Count);
        uint ns = FeatureHasher.Namespace("u"u8);
        Assert.Equal(Enumerable.Range(1, features).Select(i => FeatureHasher.Feature(Encoding.UTF8.GetBytes($"f{i}"), ns)), SparseRowFormatTests.Indices(batch.Rows[0]));
        Assert.Equal(Enumerable.Range(1, features).Select(i => i % 7 + 1f), SparseRowFormatTests.Values(batch.Rows[0]));
    }

    [Fact]
    public void Names_and_values_have_a_longest_length()
    {
        string longest = new('n', RecordLimits.NameBytes), longer = longest + "n";
        Assert.Equal(1, Parse($"{{\"c\":{{\"_multi\":[{{\"{longest}\":\"{longest}\"}}]}}}}").Count);
        Assert.Contains("65536", Assert.Single(Parse($"{{\"c\":{{\"_multi\":[{{\"{longer}\":1}}]}}}}").Faults).Message);
        Assert.Contains("65536", Assert.Single(Parse($"{{\"c\":{{\"_multi\":[{{\"x\":\"{longer}\"}}]}}}}").Faults).Message);
        Assert.Contains("65536", Assert.Single(Parse($"{{\"c\":{{\"_multi\":[{{\"x\":\"\\n{longer}\"}}]}}}}").Faults).Message);
    }

    [Fact]
    public void Reading_allocates_nothing_in_steady_state()
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(Personalizer, 200)));
        var parser = new DsjsonParser();
        var batch = new DecisionBatch();
        for (int i = 0; i < 3; i++)
        {
            batch.Clear();
            parser.Parse(text, batch);
        }
        Allocation.AssertNone(() =>
        {
            batch.Clear();
            parser.Parse(text, batch);
        });
        Assert.Equal(200, batch.Count);
    }

    private static DecisionBatch Parse(string text)
    {
        var batch = new DecisionBatch();
        new DsjsonParser().Parse(Encoding.UTF8.GetBytes(text), batch);
        BatchInvariants.Check(batch);
        return batch;
    }

    private static DecisionBatch One(string line)
    {
        var batch = Parse(line);
        Assert.Empty(batch.Faults);
        Assert.Equal(1, batch.Count);
        return batch;
    }
}
