-- What was delivered is forgotten by its age: what still has to stay is in nobody's way.
CREATE INDEX outbox_old ON altyn.outbox (at, position) WHERE delivered_at IS NOT NULL;

-- To whom a broadcast was sent is kept for a while after its end; how many they were for good.
CREATE INDEX letter_to ON altyn.letter (recipient, broadcast);
CREATE INDEX broadcast_ended ON altyn.broadcast (ended_at) WHERE ended_at IS NOT NULL;

DROP TRIGGER letter_is_kept ON altyn.letter;
CREATE FUNCTION altyn.letter_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM altyn.broadcast WHERE id = old.broadcast AND ended_at IS NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'the broadcast of this letter has not ended'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'letter_is_kept';
    END IF;
    RETURN old;
END $$;
CREATE TRIGGER letter_is_kept BEFORE DELETE ON altyn.letter FOR EACH ROW
    EXECUTE FUNCTION altyn.letter_is_kept();
CREATE TRIGGER letters_are_kept BEFORE TRUNCATE ON altyn.letter
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('some of them are not over');
