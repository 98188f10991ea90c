//! Ways of counting lymph nodes.

use super::{check, clinic, pathology};

#[test]
fn nodes_are_counted_in_fields() {
    check(
        &[
            ("Number of Lymph Nodes Involved: 3\nNumber of Lymph Nodes Examined: 14", (Some(14), Some(3))),
            ("Number of Lymph Nodes with Tumor: 3\nNumber of Lymph Nodes Examined: 14", (Some(14), Some(3))),
            (
                "Regional Lymph Node Status: Tumor present in regional lymph node(s)\n  Number of Lymph Nodes with Tumor: Exact number: 3\n  Number of Lymph Nodes Examined: Exact number: 14",
                (Some(14), Some(3)),
            ),
            (
                "Regional Lymph Node Status: All regional lymph nodes negative for tumor\nNumber of Lymph Nodes Examined: 14",
                (Some(14), Some(0)),
            ),
            ("Lymph nodes: 3/14", (Some(14), Some(3))),
            ("Lymph nodes: 3 of 14 involved", (Some(14), Some(3))),
            ("Lymph nodes: 14 identified, 3 with metastases", (Some(14), Some(3))),
            ("Lymph nodes: total 14; positive 3", (Some(14), Some(3))),
            ("Lymph nodes examined/involved: 14/3", (Some(14), Some(3))),
            ("Lymph nodes (involved/total): 3/14", (Some(14), Some(3))),
            ("Nodes involved/examined   3 / 14", (Some(14), Some(3))),
            ("LN positive: 3\nLN total: 14", (Some(14), Some(3))),
            ("LNs: 3 +ve / 14", (Some(14), Some(3))),
            ("Nodal status: 3/14 positive", (Some(14), Some(3))),
            ("Nodal yield: 14\nNodes involved: 3", (Some(14), Some(3))),
            ("Lymph node yield 14, of which 3 involved", (Some(14), Some(3))),
            ("No of nodes examined 14\nNo of nodes involved 3", (Some(14), Some(3))),
            ("No. nodes retrieved: 14. No. nodes positive: 3.", (Some(14), Some(3))),
            ("Total no. of lymph nodes: 14\nNo. of involved lymph nodes: 3", (Some(14), Some(3))),
            ("Number of nodes: 14\nNumber positive: 3", (Some(14), Some(3))),
            ("Regional nodes - examined: 14\n               - involved: 3", (Some(14), Some(3))),
            ("Regional Lymph Nodes\n   Examined: 14\n   Positive: 3", (Some(14), Some(3))),
            ("Lymph Nodes\n  Number examined: 14\n  Number involved: 3", (Some(14), Some(3))),
            ("LYMPH NODES:  Examined  14   Involved  3", (Some(14), Some(3))),
            ("Lymph nodes: N = 14, positive = 3", (Some(14), Some(3))),
            ("Lymph nodes (n=14): 3 positive", (Some(14), Some(3))),
            ("Lymph nodes [14]: 3 contain metastatic NET", (Some(14), Some(3))),
            (
                "Number of lymph nodes examined: Fourteen (14)\nNumber involved: Three (3)",
                (Some(14), Some(3)),
            ),
            (
                "Number of Lymph Nodes Examined: 14 (including 2 apical)\nNumber of Lymph Nodes Involved: 3 (level 1)",
                (Some(14), Some(3)),
            ),
            ("Apical node: negative\nLymph nodes: 3/14", (Some(14), Some(3))),
            ("Lymph nodes: Involved (3/14); highest node clear", (Some(14), Some(3))),
            ("Lymph nodes: no metastasis in 14 nodes (0/14)", (Some(14), Some(0))),
            ("Lymph nodes: 14, all negative", (Some(14), Some(0))),
            ("Lymph nodes: None of 14 involved", (Some(14), Some(0))),
            ("Lymph nodes: 0 out of 14", (Some(14), Some(0))),
            ("Lymph nodes: Not submitted", (None, None)),
            ("Lymph nodes: none found", (None, None)),
            ("Number of Lymph Nodes Examined: 0", (Some(0), None)),
            ("Regional Lymph Nodes: No lymph nodes submitted or found", (None, None)),
            (
                "Number of Lymph Nodes Involved: At least 3\nNumber of Lymph Nodes Examined: 14",
                (Some(14), Some(3)),
            ),
            ("Mesenteric lymph nodes: 3/14 with metastasis, largest 18 mm, ENE present", (Some(14), Some(3))),
            (
                "Size of largest metastatic deposit: 12 mm\nLymph nodes involved: 3\nLymph nodes sampled: 14",
                (Some(14), Some(3)),
            ),
            ("Lymph node metastases: Yes, 3/14", (Some(14), Some(3))),
            ("Lymph node metastases: 3\nLymph nodes examined: 14", (Some(14), Some(3))),
            ("Metastases in lymph nodes: 3 of 14", (Some(14), Some(3))),
            ("Lymph node ratio: 3/14", (Some(14), Some(3))),
            ("Lymph nodes, regional: positive (3 of 14).", (Some(14), Some(3))),
            ("Lymph nodes: Station 1: 2/8; Station 2: 1/6; Total: 3/14", (Some(14), Some(3))),
            ("Lymph nodes: 3 positive", (None, Some(3))),
            ("14 lymph nodes: negative", (Some(14), Some(0))),
            ("Lymph nodes (14): negative for metastasis", (Some(14), Some(0))),
            ("Lymph nodes: fourteen, none involved", (Some(14), Some(0))),
            ("Lymph nodes: 14 with 3 showing metastasis", (Some(14), Some(3))),
            ("Nodes: 14 retrieved; 3 metastatic", (Some(14), Some(3))),
            ("Nodes: 3 metastatic out of 14 retrieved", (Some(14), Some(3))),
        ],
        |text| {
            let it = pathology(text);
            (it.nodes_examined, it.nodes_positive)
        },
    );
}

#[test]
fn nodes_are_counted_in_sentences() {
    check(
        &[
            ("Three of fourteen lymph nodes positive for metastatic tumor (3/14).", (Some(14), Some(3))),
            ("METASTATIC NEUROENDOCRINE TUMOR IN THREE OF FOURTEEN LYMPH NODES (3/14).", (Some(14), Some(3))),
            ("Metastatic carcinoid in 3 out of a total of 14 lymph nodes.", (Some(14), Some(3))),
            ("3 out of 14 nodes show metastatic deposits.", (Some(14), Some(3))),
            ("Out of 14 lymph nodes, 3 show metastasis.", (Some(14), Some(3))),
            ("Of 14 lymph nodes examined, 3 contain metastatic tumour.", (Some(14), Some(3))),
            ("Of the fourteen lymph nodes identified three are involved.", (Some(14), Some(3))),
            ("14 lymph nodes dissected, 3 of them showing metastatic tumour.", (Some(14), Some(3))),
            ("Fourteen lymph nodes were found; metastatic tumour is present in three.", (Some(14), Some(3))),
            (
                "A total of 14 lymph nodes were retrieved. Metastatic NET is seen in 3 of these.",
                (Some(14), Some(3)),
            ),
            ("A total of 14 lymph nodes were retrieved, of which 3 show tumour.", (Some(14), Some(3))),
            ("Metastases to 3 of 14 lymph nodes.", (Some(14), Some(3))),
            ("Lymph node metastases (3/14).", (Some(14), Some(3))),
            ("Nodes positive 3/14.", (Some(14), Some(3))),
            ("Nodes: 3/14 +ve", (Some(14), Some(3))),
            ("LN 3/14", (Some(14), Some(3))),
            ("LN: 3 pos / 14", (Some(14), Some(3))),
            ("LN+ 3/14", (Some(14), Some(3))),
            ("3+/14 LN", (Some(14), Some(3))),
            ("3/14 LNs positive, apical LN negative.", (Some(14), Some(3))),
            ("pN1 (3/14)", (Some(14), Some(3))),
            ("pN1 (3 of 14)", (Some(14), Some(3))),
            ("pN1 [3/14]", (Some(14), Some(3))),
            ("pN1, 3/14", (Some(14), Some(3))),
            ("pN1 (3 of 14 nodes)", (Some(14), Some(3))),
            ("pT3 pN1(3/14) L1 V0", (Some(14), Some(3))),
            ("pT3, pN0 (0/14), pMX", (Some(14), Some(0))),
            ("No evidence of nodal metastasis in fourteen lymph nodes.", (Some(14), Some(0))),
            ("Fourteen lymph nodes, negative for tumor (0/14).", (Some(14), Some(0))),
            ("FOURTEEN BENIGN LYMPH NODES (0/14).", (Some(14), Some(0))),
            ("Fourteen reactive lymph nodes.", (Some(14), Some(0))),
            ("All 14 lymph nodes free of tumour.", (Some(14), Some(0))),
            ("None of fourteen lymph nodes contains tumour.", (Some(14), Some(0))),
            ("No metastasis in any of the 14 lymph nodes.", (Some(14), Some(0))),
            ("14 lymph nodes - no metastasis.", (Some(14), Some(0))),
            ("14 lymph nodes with no evidence of malignancy.", (Some(14), Some(0))),
            ("14 lymph nodes are identified and none contains metastatic tumour.", (Some(14), Some(0))),
            ("Lymph nodes (14): no tumour.", (Some(14), Some(0))),
            ("Zero of fourteen lymph nodes involved by tumor.", (Some(14), Some(0))),
            (
                "Twenty-two lymph nodes are present, seven of which contain metastatic deposits.",
                (Some(22), Some(7)),
            ),
            ("Twenty two lymph nodes, 7 positive", (Some(22), Some(7))),
            ("All three lymph nodes are positive (3/3).", (Some(3), Some(3))),
            ("A single lymph node contains metastatic tumour (1/9).", (Some(9), Some(1))),
            ("One of nine lymph nodes contains a metastasis.", (Some(9), Some(1))),
            ("1 out of 9 nodes is involved.", (Some(9), Some(1))),
            ("One lymph node, positive for tumor (1/1).", (Some(1), Some(1))),
            ("Metastatic tumour is present in 3 lymph nodes.", (None, Some(3))),
            ("Three lymph nodes contain metastatic tumour.", (None, Some(3))),
            ("3 positive nodes.", (None, Some(3))),
            ("14 nodes were submitted and 3 were involved.", (Some(14), Some(3))),
            (
                "14 nodes examined of which 3 involved by tumour with extracapsular spread in 2.",
                (Some(14), Some(3)),
            ),
            ("Metastatic NET in 3/14 mesenteric nodes, 2 with extranodal extension.", (Some(14), Some(3))),
            (
                "Seven mesenteric lymph nodes are recovered, five of these are replaced by tumour.",
                (Some(7), Some(5)),
            ),
            (
                "Seven lymph nodes were sampled from the mesentery; five are involved by tumour.",
                (Some(7), Some(5)),
            ),
            (
                "Eighteen nodes have been recovered of which four contain metastatic neuroendocrine tumour. The highest (apical) node is free of tumour.",
                (Some(18), Some(4)),
            ),
            (
                "Tumour is present in four of the eighteen lymph nodes, including the apical node.",
                (Some(18), Some(4)),
            ),
            ("4 regional nodes out of 18 examined contain tumour.", (Some(18), Some(4))),
            ("There are 18 nodes, 4 of them involved.", (Some(18), Some(4))),
            ("Lymph nodes examined 18, involved 4.", (Some(18), Some(4))),
            ("Nodes examined: 18; nodes with metastasis: 4.", (Some(18), Some(4))),
            ("Total nodes 18, positive nodes 4", (Some(18), Some(4))),
            ("Total number of nodes examined is 18, of which 4 are positive.", (Some(18), Some(4))),
            ("Number of positive nodes / total number of nodes: 4/18", (Some(18), Some(4))),
            ("Positive lymph nodes/total: 4/18", (Some(18), Some(4))),
            ("Metastatic deposits in 4 lymph nodes out of 18 lymph nodes.", (Some(18), Some(4))),
            ("4 (four) out of 18 (eighteen) lymph nodes metastatic.", (Some(18), Some(4))),
            ("In total eighteen nodes found; four with metastases.", (Some(18), Some(4))),
            ("Node positive (4/18).", (Some(18), Some(4))),
            ("Nodal metastases: 4/18", (Some(18), Some(4))),
            ("Mesenteric nodes 2/10, ileocolic nodes 2/8, total 4/18.", (Some(18), Some(4))),
            ("Four nodal metastases are present amongst 18 nodes.", (Some(18), Some(4))),
            ("Metastases are present in 4 nodes; 18 nodes were examined in total.", (Some(18), Some(4))),
            ("Eighteen lymph nodes with metastatic tumour in four.", (Some(18), Some(4))),
            ("The mesentery yields 18 lymph nodes. Four contain metastatic tumour.", (Some(18), Some(4))),
            (
                "Eighteen nodes were examined histologically. Metastatic tumour is present in four, the largest 14 mm.",
                (Some(18), Some(4)),
            ),
            ("18 lymph nodes: 4 positive, 14 negative.", (Some(18), Some(4))),
            ("14 lymph nodes are negative and 4 are positive.", (None, None)),
            ("Lymph nodes 4 of 18 with mets (largest 12mm, 2 with ENE).", (Some(18), Some(4))),
            (
                "Lymph nodes: 18 lymph nodes identified, 4 of which contain metastatic tumour, the largest deposit measuring 12 mm.",
                (Some(18), Some(4)),
            ),
            ("Lymph nodes - eighteen identified. Four show metastatic deposits.", (Some(18), Some(4))),
            ("Four of the eighteen nodes sampled are positive.", (Some(18), Some(4))),
            (
                "Lymph nodes: metastatic tumour is identified in 4 out of 18 nodes. Extranodal spread is seen in one.",
                (Some(18), Some(4)),
            ),
        ],
        |text| {
            let it = pathology(text);
            (it.nodes_examined, it.nodes_positive)
        },
    );
}

#[test]
fn nodes_are_counted_in_letters() {
    check(
        &[
            ("4 of 18 lymph nodes contained metastases", (Some(18), Some(4))),
            ("4/18 nodes positive", (Some(18), Some(4))),
            ("Four out of eighteen lymph nodes were involved.", (Some(18), Some(4))),
            ("with 4 involved nodes out of 18.", (Some(18), Some(4))),
            ("She had 4 positive lymph nodes out of 18 examined.", (Some(18), Some(4))),
            ("Eighteen lymph nodes were removed, four of which were involved.", (Some(18), Some(4))),
            ("Nodes 4/18.", (Some(18), Some(4))),
            ("Lymph nodes were involved (4/18).", (Some(18), Some(4))),
            ("pT3 N1 (4/18) M0", (Some(18), Some(4))),
            ("ileal NET pT3N1 (4/18 LN) G1", (Some(18), Some(4))),
            ("LN 4/18 +ve, R0.", (Some(18), Some(4))),
        ],
        |text| {
            let it = clinic(text);
            (it.nodes_examined, it.nodes_positive)
        },
    );
}
