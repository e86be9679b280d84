using System.Buffers;
using System.Text;
using Forage.Data;
using Forage.Features;
using Forage.OffPolicy;

namespace Forage.Tests.Data;

public class DecisionJsonTests
{
    [Fact]
    public void Random_decisions_come_back_bit_for_bit()
    {
        var rng = new Rng(31);
        var to = new ArrayBufferWriter<byte>();
        var all = new List<LoggedDecision>();
        for (int i = 0; i < 2_000; i++)
        {
            all.Add(RandomDecisions.Next(ref rng));
            DecisionJsonWriter.Write(to, all[i]);
        }
        var batch = Parse(to.WrittenSpan);
        Assert.Empty(batch.Faults);
        Assert.Equal(all.Count, batch.Count);
        for (int i = 0; i < all.Count; i++) RandomDecisions.Same(all[i], batch.ToLogged(i));

        var again = new ArrayBufferWriter<byte>();
        for (int i = 0; i < batch.Count; i++) DecisionJsonWriter.Write(again, batch, i);
        Assert.Equal(Encoding.UTF8.GetString(to.WrittenSpan), Encoding.UTF8.GetString(again.WrittenSpan));
    }

    [Fact]
    public void Every_line_is_json()
    {
        var rng = new Rng(32);
        for (int i = 0; i < 300; i++)
        {
            var to = new ArrayBufferWriter<byte>();
            DecisionJsonWriter.Write(to, RandomDecisions.Next(ref rng));
            System.Text.Json.JsonDocument.Parse(to.WrittenMemory).Dispose();
        }
    }

    [Fact]
    public void Named_features_are_hashed_as_in_dsjson()
    {
        var ours = Parse("""{"context":{"user":{"age":30,"city":"New York"},"tags":[1,0,3]},"actions":[{"item":{"id":"i1"},"_note":1},{"x":2}],"chosen":1,"p":0.25,"reward":1}"""u8);
        var theirs = new DecisionBatch();
        new DsjsonParser().Parse("""{"_label_cost":-1,"_label_probability":0.25,"_label_Action":2,"c":{"user":{"age":30,"city":"New York"},"tags":[1,0,3],"_multi":[{"item":{"id":"i1"}},{"x":2}]}}"""u8, theirs);
        Assert.Empty(ours.Faults);
        RandomDecisions.Same(theirs.ToLogged(0), ours.ToLogged(0));
        Assert.Equal(2, ours[0].ActionCount);
    }

    [Fact]
    public void Actions_may_come_before_the_context_and_the_context_may_be_missing()
    {
        var batch = Parse("{\"actions\":[{\"a\":1},[7,2.5]],\"context\":{\"u\":{\"x\":1}}}\n{\"actions\":3,\"distribution\":{\"1\":1}}\n{\"actions\":[[]]}"u8);
        Assert.Empty(batch.Faults);
        Assert.Equal((3, 1, 2), (batch[0].RowCount, batch[1].RowCount, batch[2].RowCount));
        Assert.Equal(2, batch.Rows[1].Count);
        Assert.Equal([7u, FeatureHasher.Feature("x"u8, FeatureHasher.Namespace("u"u8))], SparseRowFormatTests.Indices(batch.Rows[2]));
        Assert.Equal([0, 1, 0], batch.Distribution(1).ToArray());
        Assert.True(batch.Slate(0).IsEmpty);
    }

    [Fact]
    public void Slates_logarithms_and_missing_propensities()
    {
        var batch = Parse("""{"context":[60,1,248,0.5],"actions":983,"excluded":[4,2],"chosen":[17,5,9],"logp":[-800.5,null,0],"reward":[1,0,2]}"""u8);
        Assert.Empty(batch.Faults);
        var slate = batch.Slate(0);
        Assert.Equal((17, -800.5, 1.0), (slate[0].Action, slate[0].LogPropensity, slate[0].Reward));
        Assert.True(double.IsNaN(slate[1].LogPropensity));
        Assert.Equal([2, 4], batch.Excluded(0).ToArray());
        Assert.Equal([60u, 248u], SparseRowFormatTests.Indices(batch.Rows[0]));
    }

    [Theory]
    [InlineData("""{"actions":2,"chosen":0,"p":0,"reward":1}""", "propensity is 0")]
    [InlineData("""{"actions":2,"chosen":0,"p":1.01,"reward":1}""", "propensity is 1.01")]
    [InlineData("""{"actions":2,"chosen":0,"logp":0.1,"reward":1}""", "logarithm of the propensity is 0.1")]
    [InlineData("""{"actions":2,"chosen":0,"p":NaN,"reward":1}""", "not finite")]
    [InlineData("""{"actions":2,"chosen":0,"p":0.5,"reward":Infinity}""", "not finite")]
    [InlineData("""{"actions":2,"chosen":0,"p":0.5}""", "1 chosen actions but 0 rewards")]
    [InlineData("""{"actions":2,"chosen":[0,1],"p":0.5,"reward":[1,1]}""", "2 chosen actions but 1 propensities")]
    [InlineData("""{"actions":2,"chosen":[0,0],"p":[0.5,0.5],"reward":[1,1]}""", "twice in one slate")]
    [InlineData("""{"actions":2,"chosen":2,"p":0.5,"reward":1}""", "only 2 actions")]
    [InlineData("""{"actions":2,"chosen":-1,"p":0.5,"reward":1}""", "an action is -1")]
    [InlineData("""{"actions":2,"chosen":0.5,"p":0.5,"reward":1}""", "an action is 0.5")]
    [InlineData("""{"actions":2,"excluded":[1,1]}""", "excluded twice")]
    [InlineData("""{"actions":2,"excluded":[2]}""", "is excluded but there are only")]
    [InlineData("""{"actions":2,"excluded":[0],"chosen":0,"p":1,"reward":1}""", "excluded but was chosen")]
    [InlineData("""{"actions":2,"excluded":[0],"distribution":[0.5,0.5]}""", "excluded but has a probability")]
    [InlineData("""{"actions":2,"distribution":[0.5,0.4]}""", "does not sum to 1")]
    [InlineData("""{"actions":2,"distribution":[0.5,0.5,0]}""", "more probabilities")]
    [InlineData("""{"actions":2,"distribution":[1]}""", "1 probabilities but 2 actions")]
    [InlineData("""{"actions":2,"distribution":{"2":1}}""", "not an action")]
    [InlineData("""{"actions":2,"distribution":{"1":0.5,"1":0.5}}""", "two probabilities")]
    [InlineData("""{"actions":2,"distribution":[-0.5,1.5]}""", "probability is -0.5")]
    [InlineData("""{"actions":0}""", "number of actions is 0")]
    [InlineData("""{"actions":[]}""", "no action")]
    [InlineData("""{"context":{}}""", "no 'actions'")]
    [InlineData("""{"actions":2000000}""", "2000000; expected")]
    [InlineData("""{"actions":2,"actions":2}""", "a second 'actions'")]
    [InlineData("""{"actions":2,"chosen":0,"p":1,"logp":0,"reward":0}""", "a second propensity")]
    [InlineData("""{"actions":2,"rewards":1}""", "'rewards' is not a member")]
    [InlineData("""{"actions":2,"context":[1]}""", "',' and the value of the index")]
    [InlineData("""{"actions":2,"context":[-1,2]}""", "an index, an integer")]
    [InlineData("""{"actions":2,"context":[1,nan]}""", "not finite")]
    [InlineData("""{"actions":2,"context":{"#ab":[1,2]}}""", "is not a raw group")]
    [InlineData("""{"actions":2,"context":7}""", "an object of features")]
    [InlineData("""{"actions":2,"time":"noon"}""", "not a time")]
    [InlineData("""{"actions":2,"importance":-1}""", "importance is -1")]
    [InlineData("""{"actions":2""", "ends where")]
    public void Faults_say_what_was_expected_and_lose_nothing_else(string line, string message)
    {
        const string good = """{"context":{"u":{"x":1}},"actions":[[1,2],[3,4]],"chosen":1,"p":0.5,"reward":1}""";
        var batch = Parse(Encoding.UTF8.GetBytes(good + "\n" + line + "\n" + good));
        var fault = Assert.Single(batch.Faults);
        Assert.Equal(2, fault.Line);
        Assert.Contains(message, fault.Message);
        Assert.Equal(2, batch.Count);
        Assert.Equal(6, batch.Rows.RowCount);
    }

    private static DecisionBatch Parse(ReadOnlySpan<byte> text)
    {
        var batch = new DecisionBatch();
        new DecisionJsonParser().Parse(text, batch);
        BatchInvariants.Check(batch);
        return batch;
    }
}
