using System.Buffers;
using System.Text;
using Forage.Data;
using Forage.Features;

namespace Forage.Tests.Data;

/// <summary>
/// More than 200,000 inputs that turn out to be malformed, between two good records each: no parser throws or hangs, batches stay sound, and the
/// good records are read as if nothing had been between them. Parsers with a fast and a general way find the same by both.
/// </summary>
public class ParserFuzzTests
{
    private const int MalformedPerFormat = 16_500;

    /// <summary>Long runs of plain features take the vector paths; what follows the damage is long enough for them to look ahead.</summary>
    private const string Run = " w1:0.25 w22:1 w333:-3.5 w4444:0.125 a:1 bb:2 ccc:3 dddd:4.75 e5:0.001 f66:12345 g:1 h:2 i:3 j:4 k:5 l:6 12:1 345:2";

    /// <summary>The same as JSON members, with strings between.</summary>
    private const string JsonRun = """
        "t":"t20","w1":0.25,"w22":1,"w333":-3.5,"w4444":0.125,"a":1,"bb":2,"ccc":3,"dddd":4.75,"s":"a:b","e5":0.001,"f66":12345,"g":1,"h":2,"i":3,"j":4,"k":5,"l":6,"m":7,"long name here":8,"u":"abc","v":"12","z":0,"n":-0.5
        """;

    private static readonly Dictionary<string, Func<Subject>> s_subjects = new()
    {
        ["vw"] = () => new Subject<ExampleBatch>(new VwTextParser(), new VwTextParser(Unheard.Names), "\n", $"1 2 0.5 'tag|user age:0.5 color:red |item:2 a b:1e-3 :7 12:3|r{Run}", $"-1 |n{Run}{Run}", "-1|a x y z:1.25|b q", "|x y:1"),
        ["vw-decisions"] = () => new Subject<DecisionBatch>(new VwDecisionParser(4), new VwDecisionParser(4, Unheard.Names), "\n", $"2:-1:0.25 'e1| a b:2 |user x:1{Run}", "1:0:1|u v", "|only features"),
        ["vw-actions"] = () => new Subject<DecisionBatch>(new VwActionsParser(), new VwActionsParser(Unheard.Names), "\n\n", $"shared |user age:3 city:paris\n0:-1:0.25 |item a b{Run}\n|item c:2\n|item d{Run}", "1:0.5:0.5|x y\n|z w"),
        ["svmlight"] = () => new Subject<ExampleBatch>(new SvmlightParser(), null, "\n", "+1 3:0.5 10:-2e-1 400000:7 # comment", "-1 qid:17 0:1 5:2.5", "2.75 1:1"),
        ["multilabel"] = () => new Subject<MultilabelBatch>(new SvmlightMultilabelParser(), null, "\n", "0,14,15,33 440:0.037683 587:0.085132", " 5:1 6:2", "7 1:1 # c"),
        ["xmc"] = () => new Subject<MultilabelBatch>(new XmcParser(new XmcHeader(3, 1000, 50)), null, "\n", "0,14,15,33 440:0.037683 587:0.085132", " 5:1 6:2", "7 1:1"),
        ["csv"] = () => new Subject<ExampleBatch>(new CsvParser(CsvSchema.FromHeader("a,b,c,d,y"u8, new CsvOptions { Numeric = ["b"], Ignored = ["d"] })), null, "\n", "red,1.5,\"quoted, \"\"x\"\"\",zz,2", "12,-3e4,blue,,0.5"),
        ["tsv-classes"] = () => new Subject<ExampleBatch>(new CsvParser(CsvSchema.FromHeader("w\ta\tid\ty"u8, new CsvOptions { Importance = "w", Tag = "id", TargetKind = CsvTarget.Class, Classes = ["x", "y z"], NamespacePerColumn = true })), null, "\n", "2\t1.5\trow 1\tx", "0.5\tcat\t\"r\"\ty z"),
        ["conll"] = () => new Subject<ColumnBatch>(new ConllParser(), null, "\n\n", "He PRP B-NP\nsaid VBD B-VP\n. . O", "Yes\tUH\tO\nno\tUH\tO"),
        ["conllu"] = () => new Subject<ColumnBatch>(new ConllParser(ConllFormat.Universal), null, "\n\n", "# text = a b\n1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n2\tb\tb\tX\t_\tK=v|L=w\t1\tdep\t_\t_\n2.1\te\t_\t_\t_\t_\t_\t_\t_\t_"),
        ["dsjson"] = () => new Subject<DecisionBatch>(new DsjsonParser(), new DsjsonParser(names: Unheard.Names), "\n",
            """{"_label_cost":-0.5,"_label_probability":0.8,"_label_Action":2,"_labelIndex":1,"o":[{"v":0.5}],"Timestamp":"2021-02-04T16:31:29.2460000Z","Version":"1","EventId":"e\u00e91","a":[2,1],"c":{"u":{"x":1,"s":"a b","n":null,"t":true},"_multi":[{"_tag":"a","i":{"id":"a"},"j":[{"t":1},2,0.5]},{"i":{"id":"b"}}]},"p":[0.8,0.2],"VWState":{"m":"m7"},"pdrop":0.5}""",
            """{"_outcomes":[{"_label_cost":-1,"_id":"s0","_a":[1,0],"_p":[0.5,0.5],"_o":[]},{"_label_cost":0,"_a":0,"_p":1}],"EventId":"m","c":{"_multi":[{"a":1},{"b":1}],"z":3,"_slots":[{"_id":"s0"},{"p":1}]}}""",
            "{\"a\":[1,2],\"_label_cost\":0,\"c\":{\"u\":{" + JsonRun + "},\"_multi\":[{" + JsonRun + "},{\"i\":{" + JsonRun + "}}]},\"p\":[0.5,0.5]}",
            """{"a":[3,1,2],"c":{"_text":"some words a:b"},"p":[0.2,0.4,0.4],"_skipLearn":true}"""),
        ["decisions"] = () => new Subject<DecisionBatch>(new DecisionJsonParser(), new DecisionJsonParser(names: Unheard.Names), "\n",
            """{"id":"e17","time":"2024-05-01T12:30:00Z","policy":"v3","context":{"user":{"age":30,"city":"Paris"},"#u":[12,1,13,0.5]},"actions":[{"item":{"price":2.5}},[7,1]],"chosen":1,"p":0.25,"reward":1,"distribution":[0.75,0.25],"rewardTime":"2024-05-01T12:31:00Z"}""",
            "{\"context\":{\"u\":{" + JsonRun + "}},\"actions\":[{\"i\":{" + JsonRun + "}},{" + JsonRun + "}],\"chosen\":0,\"p\":0.5,\"reward\":1}",
            """{"context":[60,1,248,0.5],"actions":983,"excluded":[4],"chosen":[17,5],"logp":[-3.2,null],"reward":[1,0],"distribution":{"17":0.9,"5":0.1},"importance":2,"skip":true}"""),
        ["json"] = () => new Subject<ExampleBatch>(new JsonExampleParser(StringHashing.Concatenated), new JsonExampleParser(StringHashing.Concatenated, Unheard.Names), "\n", """{"_label":{"Label":1,"Weight":2.5},"_tag":"t","a":{"x":1,"s":"v w","l":[1,0,{"k":2}]},"_text":"the words"}""", """{"_label":"1 2 0.5","b":1e-3,"c":false}"""),
        ["open-bandit"] = () => new Subject<DecisionBatch>(OpenBanditParser.Open(ByteSource.FromBytes(",timestamp,item_id,position,click,propensity_score,user_feature_0,user-item_affinity_0,user-item_affinity_1"u8.ToArray(), "h"), 3), null, "\n", "0,2019-11-24 00:01:03.979311+00:00,2,1,1,0.25,abc,0.5,2.5", "1,2019-11-24 00:01:04+00:00,0,3,0,1,,0,0"),
    };

    public static TheoryData<string> Formats => [.. s_subjects.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Damaged_records_never_break_a_parser(string format)
    {
        var subject = s_subjects[format]();
        byte[] current = [];
        Exception? failure = null;
        var worker = new Thread(() =>
        {
            var rng = new Rng(1000 + (ulong)format.Length);
            var mutator = new Mutator(subject.Samples);
            try
            {
                for (int malformed = 0, tries = 0; malformed < MalformedPerFormat; tries++)
                {
                    current = mutator.Next(ref rng);
                    if (subject.Check(current)) malformed++;
                    Assert.True(tries < 20 * MalformedPerFormat, "hardly any input is malformed");
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        worker.Start();
        Assert.True(worker.Join(TimeSpan.FromMinutes(5)), $"{format} hangs on {Convert.ToBase64String(current)}");
        Assert.True(failure is null, $"{format}: {Convert.ToBase64String(current)} ({Encoding.Latin1.GetString(current)}): {failure}");
    }

    [Fact]
    public void Damaged_headers_are_users_faults()
    {
        var rng = new Rng(99);
        var mutator = new Mutator([Encoding.UTF8.GetBytes("12920 500 983\n"), Encoding.UTF8.GetBytes("a,\"b \"\"c\"\"\",d,y\r\n"), Encoding.UTF8.GetBytes("a\tb\ty")]);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] header = mutator.Next(ref rng);
            Try(() => XmcHeader.Parse(header));
            Try(() => CsvSchema.FromHeader(header));
        }

        static void Try(Action read)
        {
            try
            {
                read();
            }
            catch (ForageException e)
            {
                Assert.False(string.IsNullOrWhiteSpace(e.Message));
            }
        }
    }

    /// <summary>Someone to tell names to: parsers that do so take no short cuts, and must find the same.</summary>
    private sealed class Unheard : IFeatureNames
    {
        public static readonly Unheard Names = new();

        public void Add(uint index, ReadOnlySpan<byte> ns, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) { }
    }

    private abstract class Subject
    {
        public required byte[][] Samples { get; init; }

        /// <summary>Parses good, damaged, good and checks what must hold; true if anything was malformed.</summary>
        public abstract bool Check(byte[] damaged);
    }

    private sealed class Subject<TBatch> : Subject where TBatch : RecordBatch, new()
    {
        private readonly IRecordParser<TBatch> _parser;
        private readonly IRecordParser<TBatch>? _slow;
        private readonly TBatch _batch = new(), _slowBatch = new();
        private readonly ArrayBufferWriter<byte> _text = new();
        private readonly byte[] _good, _separator;
        private readonly int _goodRows, _goodRecords;
        private readonly string _goodFeatures;

        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public Subject(IRecordParser<TBatch> parser, IRecordParser<TBatch>? slow, string separator, params string[] samples)
        {
            (_parser, _slow) = (parser, slow);
            Samples = [.. samples.Select(Encoding.UTF8.GetBytes)];
            _good = Samples[0];
            _separator = Encoding.UTF8.GetBytes(separator);
            foreach (string nothing in new[] { "", "\n", "\r\n\r\n", " \n\t\n" })
            {
                if (parser is XmcParser or VwTextParser or VwDecisionParser or VwActionsParser && nothing.Contains('\t')) continue; // there a blank is a row without anything
                _batch.Clear();
                parser.Parse(Encoding.UTF8.GetBytes(nothing), _batch);
                Assert.Equal((0, 0), (_batch.Count, _batch.Faults.Count));
            }
            foreach (byte[] sample in Samples)
            {
                _batch.Clear();
                parser.Parse(sample, _batch);
                Assert.Equal((1, 0), (_batch.Count, _batch.Faults.Count));
            }
            _batch.Clear();
            parser.Parse(_good, _batch);
            (_goodRows, _goodRecords, _goodFeatures) = (_batch.Rows.RowCount, _batch.Count, Features(_batch, 0, _batch.Rows.RowCount));
        }

        public override bool Check(byte[] damaged)
        {
            _text.ResetWrittenCount();
            _text.Write(_good);
            _text.Write(_separator);
            _text.Write(damaged);
            _text.Write(_separator);
            _text.Write(_good);
            _batch.Clear();
            _parser.Parse(_text.WrittenSpan, _batch);
            BatchInvariants.Check(_batch);
            Assert.True(_batch.Count >= 2 * _goodRecords, "a good record was lost");
            Assert.Equal(_goodFeatures, Features(_batch, 0, _goodRows));
            Assert.Equal(_goodFeatures, Features(_batch, _batch.Rows.RowCount - _goodRows, _batch.Rows.RowCount));
            if (_slow is null) return _batch.Faults.Count > 0;
            _slowBatch.Clear();
            _slow.Parse(_text.WrittenSpan, _slowBatch);
            Assert.Equal((_batch.Count, _batch.Faults.Count), (_slowBatch.Count, _slowBatch.Faults.Count));
            Assert.Equal(Features(_batch, 0, _batch.Rows.RowCount), Features(_slowBatch, 0, _slowBatch.Rows.RowCount));
            return _batch.Faults.Count > 0;
        }

        private static string Features(TBatch batch, int first, int end)
        {
            var text = new StringBuilder();
            for (int r = first; r < end; r++)
            {
                var row = batch.Rows[r];
                for (int g = 0; g < row.Groups.Length; g++)
                    for (int i = row.Group(g).Start; i < row.Group(g).End; i++) text.Append((char)row.Group(g).Namespace).Append(row.Indices[i]).Append(':').Append(BitConverter.SingleToInt32Bits(row.Values[i])).Append(' ');
                text.Append('\n');
            }
            return text.ToString();
        }
    }
}
