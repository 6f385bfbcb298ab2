"""Systems and terms of ours for MITRE ATLAS targets and techniques.

Techniques are mapped by what their definition says; those that only prepare an attack (gathering
information, obtaining tools) say nothing of what went wrong and map to no term.
"""

from collections.abc import Mapping
from typing import Final

from incidents.replay.words import Phrases, phrases

# Read in the target first, then in the name, then in the summary.
SYSTEMS: Final[Phrases] = {
    "face-recognition": phrases(
        "facial recogni*, face identification, facial authent*, clearview, id.me, kyc*"
    ),
    "malware-detector": phrases(
        """
        malware detect*, antimalware, antivirus, virustotal, cylance*, proofpoint,
        phishing webpage*, dga detection
        """
    ),
    "code-assistant": phrases("vs code extension, github copilot, cursor, package hallucination"),
    "machine-translation": phrases("translate, machine translation"),
    "agent-platform": phrases(
        """
        mcp, model context protocol, computer use, copilot studio, 365 copilot, clawdbot, openclaw,
        e-mail assistant, assistants api, ai agent*, llm integration, jira service management
        """
    ),
    "model-platform": phrases(
        """
        pytorch, ray, hugging face*, huggingface*, google colab, container registries,
        azure service, cloud based llm*, ml based android apps, microsoft ai product,
        web scale datasets
        """
    ),
    "support-assistant": phrases(
        "chatbot, chatgpt, gpt 2, bing chat, bard, gemini, claude, slack ai, mathgpt, llm desktop*"
    ),
}

Terms = Mapping[str, str]

# By technique; a sub-technique that is not listed falls back to its technique.
FAILURE_MODES: Final[Terms] = {
    "AML.T0010": "supply_chain_compromise",
    "AML.T0010.002": "data_poisoning",
    "AML.T0011.000": "supply_chain_compromise",
    "AML.T0011.001": "supply_chain_compromise",
    "AML.T0011.002": "supply_chain_compromise",
    "AML.T0012": "unauthorised_access",
    "AML.T0015": "evasion",
    "AML.T0018": "model_poisoning",
    "AML.T0019": "data_poisoning",
    "AML.T0020": "data_poisoning",
    "AML.T0024": "privacy_attack",
    "AML.T0024.002": "model_extraction",
    "AML.T0029": "denial_of_ai_service",
    "AML.T0034": "denial_of_ai_service",
    "AML.T0035": "unauthorised_access",
    "AML.T0036": "unauthorised_access",
    "AML.T0043": "evasion",
    "AML.T0049": "unauthorised_access",
    "AML.T0051.000": "direct_prompt_injection",
    "AML.T0051.001": "indirect_prompt_injection",
    "AML.T0051.002": "indirect_prompt_injection",
    "AML.T0054": "direct_prompt_injection",
    "AML.T0055": "unauthorised_access",
    "AML.T0057": "sensitive_information_disclosure",
    "AML.T0058": "supply_chain_compromise",
    "AML.T0059": "data_poisoning",
    "AML.T0062": "confabulation",
    "AML.T0070": "data_poisoning",
    "AML.T0071": "data_poisoning",
    "AML.T0076": "model_poisoning",
    "AML.T0086": "sensitive_information_disclosure",
    "AML.T0088": "misuse",
    "AML.T0093": "indirect_prompt_injection",
    "AML.T0096": "misuse",
    "AML.T0102": "misuse",
    "AML.T0104": "supply_chain_compromise",
    "AML.T0109": "supply_chain_compromise",
    "AML.T0110": "supply_chain_compromise",
}
HARMS: Final[Terms] = {
    "AML.T0024.002": "intellectual_property",
    "AML.T0025": "information_security",
    "AML.T0029": "service_disruption",
    "AML.T0037": "information_security",
    "AML.T0048.000": "financial_loss",
    "AML.T0048.001": "reputation",
    "AML.T0048.004": "intellectual_property",
    "AML.T0057": "information_security",
    "AML.T0086": "information_security",
    "AML.T0101": "information_security",
}

# By their definition, access to or change of information systems without the right to it.
UNAUTHORISED: Final = frozenset(
    {
        "AML.T0010.001",
        "AML.T0012",
        "AML.T0018.002",
        "AML.T0025",
        "AML.T0035",
        "AML.T0036",
        "AML.T0037",
        "AML.T0049",
        "AML.T0072",
        "AML.T0086",
    }
)
