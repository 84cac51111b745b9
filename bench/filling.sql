-- Give the staged studies their acts, rights, series and instances. See filling.py.
UPDATE stage SET site = CASE WHEN is_rare THEN %(rare)s ELSE %(usual)s END::uuid;

INSERT INTO patients_patient (id, birth_name, used_name, first_names, sex, birth_date,
    birth_place_code, ins, ins_oid, identity_status, phone, created_at, search_key,
    is_homonym, is_doubtful, is_fictitious, is_unidentified, unidentified_label)
SELECT patient, split_part(patient_name, '^', 1), '', split_part(patient_name, '^', 2), 'F', birth_date::date,
    '99999', '', '', 'provisional', '', now(), patient_key, false, false, false, false, '' FROM stage;

INSERT INTO acts_act (id, kind, accession_number, study_instance_uid, requested_urgency,
    granted_urgency, created_at, patient_id, reading_structure_id, requesting_site_id)
SELECT act, 'telediagnosis', accession, uid, 'scheduled', '', now(), patient, %(reader)s, site FROM stage;

INSERT INTO access_grant (id, act_id, holder_type, holder_id, role, reason, started_at)
SELECT uuidv7(), act, 'structure', holder, role, 'bench', now() FROM stage, LATERAL (VALUES
    (%(reader)s::uuid, 'imageur'), (site, 'technologist'), (site, 'requesting_physician')) AS holders(holder, role);

INSERT INTO imaging_study (id, act_id, site_id, study_instance_uid, patient_name, patient_name_key,
    patient_id, patient_issuer, patient_birth_date, patient_sex, accession_number, study_id,
    study_date, study_time, description, referring_physician, referring_physician_key,
    timezone_offset, modalities, number_of_series, number_of_instances, received_at)
SELECT study, act, site, uid, patient_name, patient_key, patient_id, '', birth_date, 'O', accession, number,
    study_date, study_time, 'Bench', 'PRESCRIPTEUR^FICTIF', 'prescripteur fictif', '',
    ARRAY[modality], 1, 1, now() FROM stage;

INSERT INTO imaging_series (id, study_id, series_instance_uid, modality, number, description,
    body_part, performed_date, performed_time, request_attributes, number_of_instances, received_at)
SELECT series, study, uid || '.1', modality, 1, '', '', '', '', '[]', 1, now() FROM stage;

INSERT INTO imaging_instance (id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid,
    number, rows, columns, bits_allocated, number_of_frames, sha256, size, storage_key, frames,
    facts, metadata, has_bulk_data, received_from, received_by_label, received_at, verified_at)
SELECT uuidv7(), series, uid || '.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.2.1', 1, 8, 8, 16, 1, '', 900, '',
    '[[[800, 128]]]', '{}', '', false, 'edge', '', now(), now() FROM stage;
