"""Terms of our taxonomy for the values of the AIID classifications.

Only what a value says outright is mapped; a value that could mean several terms maps to none.
"""

from collections.abc import Mapping
from typing import Final

from incidents.replay.words import Phrases, phrases

Terms = Mapping[str, tuple[str, ...]]

# MIT AI Risk Repository, by subdomain number: spelling of the labels differs between releases.
MIT_HARMS: Final[Terms] = {
    "1.1": ("discrimination",),
    "1.2": ("offensive_content",),
    "1.3": ("discrimination",),
    "2.1": ("privacy",),
    "2.2": ("information_security",),
    "3.1": ("misinformation",),
    "3.2": ("misinformation",),
    "6.3": ("intellectual_property",),
    "6.6": ("environment",),
}
MIT_FAILURE_MODES: Final[Terms] = {
    "1.1": ("harmful_bias",),
    "1.2": ("unsafe_content",),
    "1.3": ("harmful_bias",),
    "3.1": ("information_integrity",),
    "3.2": ("information_integrity",),
    "4.1": ("misuse",),
    "4.2": ("misuse",),
    "4.3": ("misuse",),
    "5.1": ("overreliance",),
    "6.3": ("unlawful_data_use",),
    "7.1": ("misspecification",),
    "7.2": ("dangerous_capability",),
    "7.3": ("lack_of_robustness",),
    "7.4": ("lack_of_transparency",),
}

# GMF, known technical failures.
GMF_FAILURE_MODES: Final[Terms] = {
    "adversarial data": ("evasion",),
    "algorithmic bias": ("harmful_bias",),
    "concept drift": ("concept_drift",),
    "context misidentification": ("lack_of_robustness",),
    "covariate shift": ("data_drift",),
    "dataset imbalance": ("harmful_bias",),
    "distributional bias": ("harmful_bias",),
    "domain adaptation deficit": ("data_drift",),
    "faulty or inadequate preprocessing": ("data_pipeline_failure",),
    "generalization failure": ("lack_of_robustness",),
    "hardware failure": ("integration_failure",),
    "harmful application": ("misuse",),
    "inadequate anonymization": ("sensitive_information_disclosure",),
    "inadequate output filtering": ("unsafe_content",),
    "lack of adversarial robustness": ("evasion",),
    "lack of capability control": ("loss_of_control",),
    "lack of corrigibility": ("loss_of_control",),
    "lack of explainability": ("lack_of_transparency",),
    "lack of interruptability": ("loss_of_control",),
    "lack of transparency": ("lack_of_transparency",),
    "latency issues": ("performance_degradation",),
    "misaligned objective": ("misspecification",),
    "misconfigured threshold": ("misspecification",),
    "misinformation generation hazard": ("information_integrity",),
    "misuse": ("misuse",),
    "overfitting": ("lack_of_robustness",),
    "prompt injection": ("direct_prompt_injection",),
    "robustness failure": ("lack_of_robustness",),
    "software bug": ("integration_failure",),
    "task mismatch": ("task_mismatch",),
    "unauthorized data": ("unlawful_data_use",),
    "underspecification": ("misspecification",),
}
GMF_CAUSES: Final[Terms] = {
    "data or labelling noise": ("training_data_quality",),
    "dataset imbalance": ("training_data_quality",),
    "faulty interface or instructions": ("specification_error",),
    "hardware failure": ("infrastructure_failure",),
    "human error": ("human_error",),
    "inadequate data augmentation": ("training_data_quality",),
    "inadequate output filtering": ("inadequate_safeguards",),
    "inadequate verification": ("insufficient_testing",),
    "inappropriate training content": ("training_data_quality",),
    "lack of safety protocols": ("inadequate_safeguards",),
    "limited dataset": ("training_data_quality",),
    "security vulnerability": ("inadequate_access_control",),
    "untested deployment": ("insufficient_testing",),
}

# CSET v0, the field "Harm Type".
CSET_V0_HARMS: Final[Terms] = {
    "financial harm": ("financial_loss",),
    "harm to civil liberties": ("fundamental_rights",),
    "harm to physical health/safety": ("injury",),
    "harm to physical property": ("property",),
    "harm to social or political systems": ("democratic_process",),
    "psychological harm": ("psychological_harm",),
}

# CSET v1, fields answered yes, no or maybe; only yes counts.
CSET_V1_HARMS: Final[Terms] = {
    "Detrimental Content": ("offensive_content",),
    "Impact on Critical Services": ("service_disruption",),
    "Protected Characteristic": ("discrimination",),
    "Rights Violation": ("fundamental_rights",),
}

# Read last, in title and description, where no classification counted deaths and injuries.
BODILY_HARM: Final[Phrases] = {
    "death": phrases(
        """
        was killed, were killed, been killed, killed a, killed one, killed two, killing, died,
        fatally, fatal crash*, fatal collision*, fatal accident*, resulting in ~ death, resulted
        in ~ death*, led to ~ death, died by suicide
        """
    ),
    "serious_injury": phrases(
        """
        seriously injur*, severely injur*, critically injur*, serious injur*, severe injur*,
        critical condition, seriously hurt
        """
    ),
    "injury": phrases(
        """
        injured, injuring, injury, injuries, hospitalized, hospitalised, broke ~ finger
        """
    ),
}
OTHER_HARM: Final[Phrases] = {
    "financial_loss": phrases(
        """
        defraud*, scammed, scam victims, losing ~ million, lost ~ million, lost ~ savings, stole
        ~ million, transferring $*, transfer ~ million, financial loss*, financial damage*
        """
    ),
    "psychological_harm": phrases(
        """
        harassment, humiliat*, emotional distress, traumati*, non consensual
        """
    ),
}
