"""Which system of the example register stands in for an AIID incident.

Read in order: the first system with a phrase in the title wins, then in the goal that the GMF
classification names, then in the description. Narrow uses stand before wide ones (a chatbot that
drives a robot is a robot), and the general assistants and feeds stand last.
"""

from typing import Final

from incidents.replay.words import Phrases, phrases

SYSTEMS: Final[Phrases] = {
    "driver-assistance": phrases(
        """
        self driving, driverless, autopilot, full self, fsd, robotaxi*, waymo*, cruise car*,
        cruise vehicle*, cruise av*, cruise taxi*, autonomous vehicle*, autonomous car*,
        autonomous truck*, autonomous shuttle*, autonomous bus*, autonomous driving, automated
        driving, assisted driving, driver assist*, tesla model, tesla ~ crash*, tesla ~ collid*,
        tesla ~ brak*, tesla driver*, uber av*, mcas, 737 max, roborace, lane keep*, emergency
        braking, cmbs, aeb, park assist*, cruise control, waze, google maps, apple maps,
        navigation app*, gps, flight control*, smart summon
        """
    ),
    "image-generator": phrases(
        """
        deepfake*, deepfaked, deep fake*, face swap*, voice clon*, cloned voice*, voice imitat*,
        ai generated ~ voice*, ai generated ~ audio, ai generated ~ video*, ai generated ~
        image*, ai generated ~ photo*, ai generated ~ picture*, ai generated voice*, ai
        generated audio, ai generated video*, ai generated image*, ai generated photo*, ai
        generated picture*, ai generated porn*, ai generated nude*, ai generated child*, ai
        generated csam, ai generated ~ song*, ai generated art*, ai generated music, ai
        generated song*, ai generated persona*, ai generated avatar*, ai generated likeness*, ai
        generated influencer*, ai generated robocall*, ai generated explicit, ai generated
        sexual*, ai generated host*, ai generated profile*, ai generated ad*, ai generated
        presenter*, ai altered, ai manipulated, ai voice*, ai art*, ai image*, ai video*, ai
        music, ai song*, ai portrait*, ai headshot*, image generat*, image synthesi*, video
        generat*, text to image, text to video, art generat*, visual art generation, voice
        generation, dall e, dalle, midjourney, stable diffusion, lensa, gan generated, gan
        face*, synthetic voice*, synthetic media, synthetic video*, nudif*, undress*, csam,
        sora, elevenlabs, faceapp, face depixel*, upscal*, image editing, manipulated video*,
        manipulated audio, manipulated image*, doctored ~ video*, fake video*, fake audio, fake
        image*, fake photo*, fake nude*, robocall*, voice actor*, create sexual images, sexual
        images of children, nude photo*, nude image*
        """
    ),
    "face-recognition": phrases(
        """
        facial recogni*, face recogni*, facial identif*, face detection, face match*, frt,
        clearview, biometric*, liveness, face id, fingerprint*, facial scan*, facial analysis,
        facial verif*, facial authentic*, kyc, identity verif*, rekognition, pimeyes, passport
        photo*, passport robot*, passport checker, license plate*, number plate*, palm scan*,
        gait recogn*, emotion recogn*, emotion detection, sexual orientation, body scanner*
        """
    ),
    "recruitment-screening": phrases(
        """
        recruiting, recruitment, hiring algorithm*, hiring tool*, hiring, job applicant*, job
        candidate*, job screening, job ad*, applicants, resume screen*, hirevue, workday
        """
    ),
    "student-assessment": phrases(
        """
        proctor*, exam grad*, exam score*, exam result*, essay*, grading, a level*, gcse*, grade
        prediction*, plagiarism, gptzero, turnitin, text detection, teacher evaluation*, teacher
        assess*, student success, student* ~ cheat*, school assignment, admissions, leaving
        certificate, automatic skill assessment, dropout*, naplan
        """
    ),
    "benefit-eligibility": phrases(
        """
        welfare, unemployment benefit*, unemployment claim*, unemployment insurance, benefit
        fraud, benefits fraud, housing benefit*, robo debt, robodebt, medicaid, medicare,
        disability benefit*, child benefit*, childcare benefit*, child welfare, child abuse
        case*, child neglect, family screening, toeslagen, tax fraud, social security, social
        services, social assistance, syri, housing allocation, homeless*, centrelink, foster
        care, department for work and pensions, department of work and pensions, utility bill
        discount
        """
    ),
    "risk-assessment-justice": phrases(
        """
        compas, recidivism, predictive polic*, predpol, shotspotter, gunshot*, crime predict*,
        crime forecast*, northpointe, parole, bail, sentencing, pretrial, police ~ algorithm*,
        policing, viogen, uyghur*, terrorism prediction, predict crime*, gang database,
        strategic subject*, weapon detection, weapons scan*, gun detection, border control*,
        visa application*, asylum, polygraph, lie detect*, prison*
        """
    ),
    "credit-scoring": phrases(
        """
        credit scor*, credit card, credit assess*, credit limit*, creditworth*, loan*, lending,
        mortgage*, tenant screening, saferent, insurer*, insurance, schufa, apple card
        """
    ),
    "medical-triage": phrases(
        """
        medical, patient*, hospital*, healthcare, health care, health risk, sepsis, diagnos*,
        radiolog*, x ray*, chest x*, cancer, kidney, clinical, clinician*, surgery, surgical,
        robotic surgery, watson for oncology, vaccine distribution, mental health, therap*,
        eating disorder helpline, organ transplant*, liver transplant*, melanoma, skin
        condition*, covid 19 detection
        """
    ),
    "industrial-robot": phrases(
        """
        robots, robot, robotic, robotic manipulation, drone, drones, warehouse*, knightscope,
        starship, delivery bot*, roomba, digidog, humanoid*, fulfillment center*, forklift*,
        quadcopter*, driverless train, metro, elevator*, smoke alarm*, nest protect, vacuum*,
        factory robot*, assembly line
        """
    ),
    "code-assistant": phrases(
        """
        github copilot, code generation, code completion, coding assistant, code assistant,
        codex, stack overflow, bug bount*, replit
        """
    ),
    "malware-detector": phrases(
        """
        spam filter*, malware detect*, antivirus, cylance, virustotal, proofpoint, intrusion
        detect*, threat detect*
        """
    ),
    "voice-assistant": phrases(
        """
        alexa, siri, cortana, google home, google assistant, smart speaker*, voice assistant*,
        ai voice assistant, amazon echo, speech recogni*, voice recogni*, transcri*, speech to
        text, drive thru
        """
    ),
    "machine-translation": phrases(
        """
        translat*, mistranslat*, subtitle*, caption, captions
        """
    ),
    "workforce-management": phrases(
        """
        scheduling, gig work*, uber driver*, uber ~ driver*, lyft driver*, deliveroo, doordash,
        instacart, amazon flex, foodora, glovo, grab ~ driver*, delivery driver*, delivery
        rider*, worker productivity, employee monitor*, employee evaluation*, employees fired,
        workers fired, fired by, fired allegedly, starbucks employees, couriers
        """
    ),
    "fraud-detection": phrases(
        """
        fraud detection, accounts frozen, money laundering, shoplift*, identity theft
        """
    ),
    "pricing-and-trading": phrases(
        """
        pricing, flash crash, trading algorithm*, trading bot*, high frequency trading, stock
        market, rents, realpage, zestimate, zillow, smart contract*, the dao, repricer, hedge
        fund*
        """
    ),
    "search-assistant": phrases(
        """
        ai overview*, search engine*, search result*, google search, image search, content
        search, bing chat, bing search, bing's, perplexity, autocomplet*, featured snippet*,
        featured answer*, search suggestion*, search algorithm*, knowledge panel*, google books,
        google results, top stories
        """
    ),
    "content-moderation": phrases(
        """
        moderation, moderated, content filter*, content polic*, automated content curation,
        censor*, mislabel*, image tagging, label on, hate speech, toxicity, perspective api,
        nudity, image crop*, photo crop*, takedown*, copyright claim*, content id, fact check*,
        wrongly flagged, mistakenly flagged, erroneously flagged, wrongfully flagged, flagged
        as, mistakenly remov*, accounts suspended, image recogni*, image classif*, photo tag*,
        failed to remove, failed to detect, failed to block, livestream*, wikipedia bot*,
        sentiment analysis
        """
    ),
    "support-assistant": phrases(
        """
        chatbot*, chat bot*, chatgpt*, gpt 2, gpt 3*, gpt 4*, llm*, large language model*,
        character ai, character.ai, replika, ai companion*, virtual assistant*, tay, grok,
        gemini, bard, claude, my ai, lee luda, luda, language model*, ai assistant*, deepseek,
        blenderbot, galactica, meal planner, xiaoice, simsimi, copilot, meta ai, customer
        service
        """
    ),
    "writing-assistant": phrases(
        """
        ai generated article*, ai generated ~ article*, ai generated book*, ai generated
        review*, ai generated paper*, ai generated news, ai generated ~ news, ai generated
        text*, ai generated content, ai generated report*, ai generated citation*, ai generated
        website*, ai generated email*, ai generated comment*, ai generated story, ai generated
        stories, ai generated obituar*, ai written, ai authored, fabricated citation*,
        fabricated quote*, fictitious case*, fake citation*, hallucinat*, generative ai, legal
        brief*, court filing*, text generation, predictive text, smart reply, assistive writing
        """
    ),
    "content-recommendation": phrases(
        """
        recommender*, content recommendation, ad delivery, news feed*, for you page, tiktok*,
        youtube*, instagram*, facebook*, twitter*, snapchat*, reddit, pinterest, spotify,
        netflix, linkedin, amazon's choice, book store, advertisement*, advertising, targeted
        ads, ads, trending, ranking, suggested accounts, social media, matchmaking, dating app*,
        tinder, yelp, airbnb, app store, pokemon go, shopping algorithm*, news app*, inbox
        sorting, feed algorithm*, recommendation algorithm*, recommendation system*,
        recommendations
        """
    ),
}
